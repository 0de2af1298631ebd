import { describe, expect, it } from '@jest/globals';
import { tellProblem } from '../../../../portal/src/server/settings/problem.js';
import { readToml } from '../../../../portal/src/server/settings/portal-toml.js';

const problemsOf = (source: string): string[] => readToml(source).problems.map(tellProblem);

it('gives values as in the environment', () => {
  const source = [
    'host = "::1"',
    'port = 8443',
    'trusted-proxies = ["10.0.0.0/8", "::1"]',
    'passkey-services = "/srv/services.json"',
    '[mobile]',
    'organization = "Example"',
    'slots.signature = true',
    'days = 30',
  ].join('\n');
  const { values, problems } = readToml(source);
  expect(problems).toEqual([]);
  expect(values).toEqual({
    HOST: '::1',
    PORT: '8443',
    CARDWRIGHT_TRUSTED_PROXIES: '10.0.0.0/8,::1',
    CARDWRIGHT_PASSKEY_SERVICES: '/srv/services.json',
    CARDWRIGHT_MOBILE: '{"organization":"Example","slots":{"signature":true},"days":30}',
  });
});

it.each([
  ['a number for text', 'origin = 8443', 'origin: expected text in quotes'],
  ['a truth for text', 'host = true', 'host: expected text in quotes'],
  ['a date for text', 'host = 2026-01-01', 'host: expected text in quotes'],
  ['a list for text', 'database-url = ["a"]', 'database-url: expected text in quotes'],
  ['text for a number', 'port = "8080"', 'port: expected a whole number without quotes'],
  ['a fraction for a number', 'port = 80.5', 'port: expected a whole number without quotes'],
  ['text for a list', 'trusted-proxies = "::1"', 'trusted-proxies: expected a list of texts, like ["127.0.0.1"]'],
  ['a list of numbers', 'trusted-proxies = [1]', 'trusted-proxies: expected a list of texts, like ["127.0.0.1"]'],
  [
    'a number for a table',
    'mobile = 1',
    'mobile: expected a table or a list of them, or the path of a JSON file in quotes',
  ],
  [
    'a date for a table',
    'mobile = 2026-01-01',
    'mobile: expected a table or a list of them, or the path of a JSON file in quotes',
  ],
])('requires the form of each setting, not %s', (_, source, problem) => {
  expect(problemsOf(`# First\n${source}`)).toEqual([`portal.toml:2: ${problem}`]);
});

describe('an unknown key', () => {
  it.each([
    ['orgin', 'did you mean origin?'],
    ['crlLifetime', 'did you mean crl-lifetime?'],
    ['CARDWRIGHT_ORIGIN', 'did you mean origin?'],
  ])('is reported with the nearest name: %s', (key, advice) => {
    expect(problemsOf(`\n\n${key} = 1`)).toEqual([`portal.toml:3: ${key}: there is no such setting; ${advice}`]);
  });

  it.each(['colour', 'settings', '__proto__', 'constructor'])('is reported alone if none is near: %s', (key) => {
    expect(problemsOf(`${key} = 1`)).toEqual([`portal.toml:1: ${key}: there is no such setting`]);
  });

  it('is reported if it is a table, or has dots in it', () => {
    expect(problemsOf('[portal]\nport = 1')).toEqual(['portal.toml:1: portal: there is no such setting']);
    expect(problemsOf('"a.b" = 1')).toEqual(['portal.toml:1: a.b: there is no such setting']);
  });
});

it.each([
  ['port = ', 1],
  ['port = 1\nport = 2', 2],
  ['host = "secret', 1],
  ['host = secret', 1],
])('names the line if it is not TOML, and quotes nothing of it: %j', (source, line) => {
  const [problem = ''] = problemsOf(source);
  expect(problem).toMatch(new RegExp(`^portal\\.toml:${line}: this is not TOML: `));
  expect(problem).not.toContain('secret');
});

it('knows the lines in tables and lists', () => {
  const { places } = readToml(
    '\n[[passkey-services]]\nkind = "webauthn"\n[[passkey-services]]\n\nlist = [{ a = 1 }]\n',
  );
  expect(Object.fromEntries(places.get('CARDWRIGHT_PASSKEY_SERVICES')?.members ?? [])).toMatchObject({
    '0': 2,
    '0.kind': 3,
    '1': 4,
    '1.list.0.a': 6,
  });
});
