import { readFileSync } from 'node:fs';
import { inRepository } from '@cardwright/stage';
import { expect, it } from '@jest/globals';
import { foldPassword } from '../../../portal/src/server/accounts/common-passwords.js';
import { SENTENCES, weaknessOf, wordsIn } from '../../../portal/src/server/accounts/password-rules.js';

it.each([
  ['', 'empty'],
  ['short', 'short'],
  // Eleven characters, which are more in bytes and in UTF-16.
  ['🔑🔒🔓🗝️äöüßé', 'short'],
  ['x'.repeat(194) + 'abcdefg', 'long'],
  ['three\tthings\tapart', 'untypeable'],
  ['aaaabbbbaaaabbbb', 'uniform'],
  ['the-Admin-himself', 'user-name'],
  // Full-width letters, which NFKC makes the same.
  ['the-ａｄｍｉｎ-himself', 'user-name'],
  ['MyPassword2026!', 'guessed-first'],
  ['Cardwright-2026', 'guessed-first'],
  ['leavemealone', 'common'],
  ['LeaveMeAlone', 'common'],
  ['ｌｅａｖｅｍｅａｌｏｎｅ', 'common'],
  ['1q2w3e4r5t6y', 'common'],
] as const)('refuses %j', (password, weakness) => {
  expect(weaknessOf(password, 'admin')).toBe(weakness);
  expect(SENTENCES[weakness]).toMatch(/^It .*\.$/);
});

it.each(['correct horse battery', 'x'.repeat(194) + 'abcdef', 'päßwört für den Betrieb'])('accepts %j', (password) => {
  expect(weaknessOf(password, 'admin')).toBeNull();
});

it('knows far more than the 3000 most common passwords that are long enough, which ASVS 5 asks for (6.2.4)', () => {
  const [notice = '', list = ''] = readFileSync(inRepository('portal/config/common-passwords.txt'), 'utf8').split(
    '\n\n',
  );
  const common = list.trimEnd().split('\n');
  expect(notice).toMatch(/SecLists[^]*MIT License/);
  expect(common.length).toBeGreaterThan(10_000);
  expect(new Set(common).size).toBe(common.length);
  expect(common.filter((one) => foldPassword(one) !== one || Array.from(one).length < 12)).toEqual([]);
  expect(common.filter((one) => weaknessOf(one, 'admin') === null)).toEqual([]);
});

it.each(['We love ACME, 2026', 'springfield-forever'])(
  'refuses %j where the organisation’s words are set',
  (password) => {
    expect(weaknessOf(password, 'admin')).toBeNull();
    expect(weaknessOf(password, 'admin', ['Acme', 'springfield'])).toBe('guessed-first');
  },
);

it('takes the names in the public address for words of the organisation, but not the last one or short ones', () => {
  expect(wordsIn('https://cards.acme-rockets.co.example')).toEqual(['cards', 'acme-rockets']);
  expect(wordsIn('http://localhost:8080')).toEqual([]);
});
