import { expect, it } from '@jest/globals';
import { weaknessOf } from '../../../portal/src/server/accounts/password-rules.js';

it.each([
  ['', 'It is empty.'],
  ['short', 'It has fewer than 12 characters.'],
  // Eleven characters, which are more in bytes and in UTF-16.
  ['🔑🔒🔓🗝️äöüßé', 'It has fewer than 12 characters.'],
  ['x'.repeat(201), 'It has more than 200 characters.'],
  ['three\tthings\tapart', 'It has characters that cannot be typed.'],
  ['aaaabbbbaaaabbbb', 'It has fewer than 6 different characters.'],
  ['the-Admin-himself', 'It contains the user name.'],
  ['MyPassword2026!', 'It contains what is guessed first.'],
  ['Cardwright-2026', 'It contains what is guessed first.'],
])('refuses %j', (password, weakness) => {
  expect(weaknessOf(password, 'admin')).toBe(weakness);
});

it.each(['correct horse battery', 'x'.repeat(194) + 'abcdef', 'päßwört für den Betrieb'])('accepts %j', (password) => {
  expect(weaknessOf(password, 'admin')).toBeNull();
});
