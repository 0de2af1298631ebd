import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import { addToToml, writtenAs, type Addition } from '../../../../portal/src/server/settings/add-to-toml.js';
import { readToml } from '../../../../portal/src/server/settings/portal-toml.js';
import { SETTINGS } from '../../../../portal/src/server/settings/table.js';

const ORIGIN: Addition = { setting: SETTINGS.origin, value: 'https://portal.example.com' };
const PROXIES: Addition = { setting: SETTINGS.trustedProxies, value: ['127.0.0.1', '10.0.0.0/8'] };
const PORT: Addition = { setting: SETTINGS.port, value: 8081 };
const PROVIDER: Addition = {
  setting: SETTINGS.signIn,
  member: 'oidc',
  entries: [
    {
      name: 'work',
      issuer: 'https://login.example.com/',
      credential: { secretFile: '/etc/work.secret' },
      roles: [{ group: 'admins', role: 'administrator' }],
    },
  ],
};
const ALL = [PROVIDER, ORIGIN, PROXIES, PORT];

/** Returns what a text has without its comments. */
const valuesOf = (text: string) => {
  const { values, problems } = readToml(text);
  expect(problems).toEqual([]);
  return values;
};

it('puts settings in the place of their examples in the file of the package, and keeps every other line', () => {
  const source = readFileSync(inRepository('installers/portal/portal.toml'), 'utf8');
  const text = addToToml(source, ALL);
  const lines = text.split('\n');
  expect(lines).toContain('origin = "https://portal.example.com"');
  expect(lines).toContain('trusted-proxies = ["127.0.0.1", "10.0.0.0/8"]');
  expect(source.split('\n').filter((line) => line !== '' && !lines.includes(line))).toEqual([
    '#origin = "https://portal.example.com"',
    '#port = 8080',
    '#trusted-proxies = ["127.0.0.1"]',
  ]);
  expect(text.endsWith('roles = [{ group = "admins", role = "administrator" }]\n')).toBe(true);
  for (const addition of ALL) expect(valuesOf(text)[addition.setting.variable]).toBe(writtenAs(addition));
});

it.each([
  ['an empty file', '', 'origin = "https://portal.example.com"\n'],
  ['a comment', '# Ours\n', '# Ours\norigin = "https://portal.example.com"\n'],
  ['a last line without an end', 'port = 1', 'port = 1\norigin = "https://portal.example.com"\n'],
  [
    'settings and a table',
    'port = 1 # ours\n\n# People\n[sign-in]\nleavers = "suspend"\n',
    'port = 1 # ours\norigin = "https://portal.example.com"\n\n# People\n[sign-in]\nleavers = "suspend"\n',
  ],
  [
    'a table alone',
    '# Ours\n\n# People\n[sign-in]\nleavers = "suspend"\n',
    '# Ours\n\norigin = "https://portal.example.com"\n# People\n[sign-in]\nleavers = "suspend"\n',
  ],
  [
    'an example within a text and within a table',
    'device-source = """\n#origin = "a"\n"""\n[sign-in]\n#origin = "b"\nleavers = "suspend"\n',
    'device-source = """\n#origin = "a"\n"""\norigin = "https://portal.example.com"\n[sign-in]\n#origin = "b"\nleavers = "suspend"\n',
  ],
  ['lines that end as on Windows', 'port = 1\r\n', 'port = 1\r\norigin = "https://portal.example.com"\n'],
])('adds a setting to %s', (_, source, expected) => {
  expect(addToToml(source, [ORIGIN])).toBe(expected);
  expect(valuesOf(expected)).toEqual({ ...valuesOf(source), CARDWRIGHT_ORIGIN: 'https://portal.example.com' });
});

it('adds a provider to a table of ways to sign in that is not there yet, and keeps the tables that are', () => {
  const source = 'port = 1\n[[passkey-services]]\nkind = "webauthn"\nname = "portal"\n';
  const values = valuesOf(addToToml(source, [PROVIDER, ORIGIN]));
  expect(values).toMatchObject(valuesOf(source));
  expect(JSON.parse(values.CARDWRIGHT_SIGN_IN ?? '')).toEqual({ oidc: PROVIDER.entries });
});

it.each([
  'a\nport = 1',
  'a"\nport = 1\nx = "',
  String.raw`a\"`,
  '"""',
  "'''",
  'a # b',
  '\u0000\t\b\u001b[2J',
  '\u2028',
  '${HOME}',
  '\r\n[sign-in]',
])('writes a hostile text as this text, and as nothing else: %j', (hostile) => {
  const source = '# Ours\nport = 8082\n';
  const entries = [{ name: hostile }];
  const text = addToToml(source, [
    { setting: SETTINGS.databaseUrl, value: hostile },
    { setting: SETTINGS.trustedProxies, value: [hostile] },
    { setting: SETTINGS.signIn, member: 'oidc', entries },
  ]);
  expect(valuesOf(text)).toEqual({
    PORT: '8082',
    DATABASE_URL: hostile,
    CARDWRIGHT_TRUSTED_PROXIES: hostile,
    CARDWRIGHT_SIGN_IN: JSON.stringify({ oidc: entries }),
  });
});

it.each([
  ['a character that TOML does not have', '', { setting: SETTINGS.databaseUrl, value: 'MARKED\u007f' }],
  ['half a character', '', { setting: SETTINGS.databaseUrl, value: 'MARKED\ud800' }],
  ['a setting that is there', 'origin = "https://one.example"', { setting: SETTINGS.origin, value: 'https://MARKED' }],
  ['a table that is there', 'sign-in = "/etc/MARKED.json"', PROVIDER],
] as const)('refuses %s, and quotes nothing of it', (_, source, addition) => {
  expect(() => addToToml(source, [addition])).toThrow(
    new Error('portal.toml cannot be extended by these settings. Nothing was changed'),
  );
});

it('refuses a setting that is added twice', () => {
  expect(() => addToToml('', [ORIGIN, ORIGIN])).toThrow('cannot be extended');
});
