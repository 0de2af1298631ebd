import { expect, it } from '@jest/globals';
import { isOnlyRecorded } from '../../../extension/src/recorded-keys.js';

const changesOf = (keys: string): object => Object.fromEntries(keys.split(' ').map((key) => [key, {}]));

it.each(['failures', 'trace:recorded', 'trace:kept', 'failures trace:recorded'])(
  'ignores a change of %s, which decides nothing',
  (keys) => {
    expect(isOnlyRecorded(changesOf(keys))).toBe(true);
  },
);

it.each([
  'site:https://portal.example',
  'private-site:https://portal.example',
  'refused:https://portal.example',
  'allowedSites',
  'failures:x',
  'failuresOfPolicy',
  'failures allowedSites',
  'trace:recorded failures site:https://portal.example',
])('notices a change of %s, which may decide something', (keys) => {
  expect(isOnlyRecorded(changesOf(keys))).toBe(false);
});
