import { expect, it } from '@jest/globals';
import { usageOf } from '../../../../portal/src/server/commands/command-facts.js';
import {
  comesFromProvider,
  INIT,
  isComplete,
  readOptions,
  requireConsistent,
} from '../../../../portal/src/server/commands/init/options.js';

it('are each in the usage, with a value', () => {
  expect(usageOf(INIT)).toMatch(/^init \[--origin URL\] .*\[--operator NAME\] .*\[--vendor-certificates PATH\]$/);
});

it.each([[['--password', 'x']], [['x']], [['--origin']], [['--database-url', 'postgres://u:p@h/d']]])(
  'are refused as a whole if one is unknown or lacks its value: %j',
  (args) => {
    expect(readOptions(args)).toBeUndefined();
  },
);

it('say who the administrator is, or leave it open', () => {
  expect([isComplete({ 'password-file': 'f' }), isComplete({ operator: 'olga' })]).toEqual([true, false]);
  expect(isComplete({ 'client-secret-file': 'f' })).toBe(true);
  expect([{}, { operator: 'olga' }, { issuer: 'x' }].map(comesFromProvider)).toEqual([undefined, false, true]);
});

it.each([
  [{}, 'there is no terminal to ask for a password. Give --password-file, or a provider with --issuer'],
  [{ operator: 'olga', origin: 'https://a.example' }, 'there is no terminal to ask for a password'],
  [
    { issuer: 'https://a.example' },
    'missing: --client-id, --client-secret-file, --administrators. Nothing was changed',
  ],
  [{ provider: 'work', 'client-id': 'x' }, 'missing: --issuer, --client-secret-file, --administrators'],
  [{ operator: 'olga', issuer: 'x' }, '--operator and --issuer exclude each other'],
  [
    { 'password-file': '-', 'database-url-file': '-' },
    '--database-url-file and --password-file cannot both be standard input',
  ],
])('name what is missing or too much, without anyone to ask: %j', (given, words) => {
  expect(() => requireConsistent(given, false)).toThrow(words);
});

it('may leave out what a person is asked for, and never read the terminal as a file', () => {
  expect(() => requireConsistent({ operator: 'olga' }, true)).not.toThrow();
  expect(() => requireConsistent({ issuer: 'x' }, true)).not.toThrow();
  expect(() => requireConsistent({ 'database-url-file': '-' }, true)).toThrow(
    '--database-url-file cannot be standard input, which is the terminal',
  );
});
