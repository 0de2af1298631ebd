import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';
import { config } from '../../../../portal/src/server/commands/config.js';
import { readConfiguration } from '../../../../portal/src/server/settings/configuration.js';
import { readSettings } from '../../../../portal/src/server/settings/read-settings.js';
import { keyOf } from '../../../../portal/src/server/settings/setting.js';
import { ROWS } from '../../../../portal/src/server/settings/table.js';
import { SettingsFolder } from './settings-folder.js';

let folder: SettingsFolder;
beforeEach(() => {
  folder = new SettingsFolder();
});
afterEach(() => folder.remove());

const start = (more: NodeJS.ProcessEnv = {}) => readConfiguration(readSettings(folder.environment(more)));
const rowOf = (lines: readonly string[], key: string) =>
  lines.find((line) => line.startsWith(`${key} `))?.split(/ {2,}/);

it('shows each setting of a good configuration, and its source', async () => {
  folder.write('portal.toml', '# Mine\norigin = "https://a.example"\nport = 8081\ncrl-lifetime = 120\n');
  folder.write('portal.env', 'PORT=8082\nCARDWRIGHT_CRL_LIFETIME=180\n');
  const { code, lines } = await folder.check({ CARDWRIGHT_CRL_LIFETIME: '240' });
  expect(code).toBe(0);
  expect(lines).toHaveLength(ROWS.length + 1);
  expect(rowOf(lines, 'origin')).toEqual(['origin', 'https://a.example', 'portal.toml:2']);
  expect(rowOf(lines, 'port')).toEqual(['port', '8082', 'portal.env:1']);
  expect(rowOf(lines, 'crl-lifetime')).toEqual(['crl-lifetime', '240', 'environment']);
  expect(rowOf(lines, 'keys')).toEqual(['keys', 'set', 'default']);
  expect(rowOf(lines, 'device-limit')).toEqual(['device-limit', '3', 'default']);
});

describe('the lines of `config check`', () => {
  const services = JSON.stringify(
    Array.from({ length: 4 }, (_, number) => ({
      kind: 'entra',
      name: `entra-${number}`,
      tenant: '00000000-0000-0000-0000-000000000000',
      clientId: '00000000-0000-0000-0000-000000000000',
      credential: { secret: { environment: 'CARDWRIGHT_ENTRA' } },
    })),
  );
  const more = {
    CARDWRIGHT_PASSKEY_SERVICES: services,
    CARDWRIGHT_ENTRA: 'hidden',
    CARDWRIGHT_ORIGIN: 'https://portal.example.com',
    CARDWRIGHT_TRUSTED_PROXIES: Array.from({ length: 30 }, (_, number) => `10.0.0.${number}`).join(','),
  };

  it.each([80, 100, 132])(
    'are no longer than a terminal of %d columns, and have the whole of each value',
    async (width) => {
      const { code, lines } = await folder.check(more, width);
      expect(code).toBe(0);
      expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(width);
      const at = lines.findIndex((line) => line.startsWith('trusted-proxies '));
      const [, begun, from] = lines[at]?.split(/ {2,}/) ?? [];
      const rest = lines.slice(
        at + 1,
        lines.findIndex((line, index) => index > at && !line.startsWith(' ')),
      );
      expect(rest.length).toBeGreaterThan(2);
      expect([begun, ...rest.map((line) => line.trim())].join('')).toBe(more.CARDWRIGHT_TRUSTED_PROXIES);
      expect(from).toBe('environment');
    },
  );

  it('are of 80 columns where the output is no terminal', async () => {
    const lines: string[] = [];
    await config(['check'], folder.environment(more), (line) => lines.push(line));
    const columns = process.stdout.isTTY ? process.stdout.columns : 80;
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  });
});

it('starts the portal with the shown settings: the environment before portal.env before portal.toml', () => {
  folder.write('portal.toml', 'origin = "https://a.example"\nport = 8081\ncrl-lifetime = 120\n');
  folder.write('portal.env', 'PORT=8082\nCARDWRIGHT_CRL_LIFETIME=180\n');
  expect(start({ CARDWRIGHT_CRL_LIFETIME: '240' })).toMatchObject({
    origin: 'https://a.example',
    port: 8082,
    authority: { crl: { lifetime: 240 * 60_000, interval: 60_000 } },
    deviceLimit: 3,
  });
  // A setting that is set to nothing is not looked up further down.
  expect(start({ CARDWRIGHT_ORIGIN: '' }).origin).toBeNull();
});

it('reports every problem at once, with file, line and name', async () => {
  folder.write(
    'portal.toml',
    '\norgin = "https://a.example"\ncrl-lifetime = 4\nport = "8080"\n\n[[passkey-services]]\n',
  );
  folder.write('portal.env', '# Limits\nCARDWRIGHT_DEVICE_LIMT=4\nCARDWRIGHT_CARDS_PER_HOUR=0\n');
  const { code, lines } = await folder.check({ CARDWRIGHT_ORIGIN: 'a.example' });
  expect(code).toBe(1);
  expect(lines).toEqual([
    'portal.toml:2: orgin: there is no such setting; did you mean origin?',
    'portal.toml:4: port: expected a whole number without quotes',
    'portal.env:2: CARDWRIGHT_DEVICE_LIMT: there is no such setting; did you mean CARDWRIGHT_DEVICE_LIMIT?',
    'environment: CARDWRIGHT_ORIGIN: expected an https origin, like https://cms.example.com, or one of this computer',
    'portal.toml:3: crl-lifetime: expected a whole number from 5 to 1440',
    expect.stringMatching(/^portal\.toml:6: passkey-services: 0\.kind expected /),
    'portal.env:3: CARDWRIGHT_CARDS_PER_HOUR: expected a whole number from 1 to 100000',
  ]);
});

it('names the line of a member of a table, and the last of two lines that set a variable', async () => {
  folder.write('portal.toml', '[mobile]\norganization = "Example"\ndeviceAuthorities = ["a.pem"]\ndays = 0\n');
  folder.write('portal.env', 'PORT=8081\nHOST=::1\nPORT=eighty\n');
  expect((await folder.check()).lines).toEqual([
    'portal.env:3: PORT: expected a whole number from 0 to 65535',
    'portal.toml:4: mobile: days expected >=1',
  ]);
});

it('reports an unknown member as misplaced', async () => {
  folder.write('portal.toml', '[mobile]\norganization = "Example"\ndeviceAuthorities = ["a.pem"]\nport = 8081\n');
  expect((await folder.check()).lines).toEqual(['portal.toml:4: mobile: port does not belong there']);
});

it('reports a conflict at the setting that should change', async () => {
  folder.write('portal.toml', 'crl-lifetime = 10\ncrl-interval = 301\n');
  expect(await folder.check()).toEqual({
    code: 1,
    lines: ['portal.toml:2: crl-interval: expected half of CARDWRIGHT_CRL_LIFETIME at most'],
  });
});

it.each([
  ['portal.toml', 'port = 70000', 'portal.toml:1: port: expected a whole number from 0 to 65535'],
  ['portal.toml', 'orgin = ""', 'portal.toml:1: orgin: there is no such setting; did you mean origin?'],
  ['portal.env', 'PORT=many', 'portal.env:1: PORT: expected a whole number from 0 to 65535'],
])('keeps the portal from starting with a mistake in %s: %s', (name, text, message) => {
  folder.write(name, text);
  expect(start).toThrow(new Error(message));
});

it('lets the portal start with an unknown variable, as before, and reports it', () => {
  folder.write('portal.env', 'CARDWRIGHT_DEVICE_LIMITS=4\nTZ=UTC\nPGSSLMODE=require\n');
  const told: string[] = [];
  const settings = readSettings(folder.environment(), ({ what }) => told.push(what));
  expect(readConfiguration(settings).deviceLimit).toBe(3);
  expect(told).toEqual(['there is no such setting; did you mean CARDWRIGHT_DEVICE_LIMIT?']);
  expect(settings).toMatchObject({ PGSSLMODE: 'require' });
});

it.each(['portal.toml', 'portal.env', 'a file of services'])(
  'recognises a variable with the secret of a passkey service in %s',
  async (where) => {
    const service = {
      kind: 'entra',
      name: 'entra',
      tenant: '00000000-0000-0000-0000-000000000000',
      clientId: '00000000-0000-0000-0000-000000000000',
      credential: { secret: { environment: 'CARDWRIGHT_ENTRA' } },
    };
    const json = JSON.stringify([service]);
    const file = folder.write('services.json', json);
    const secret = 'CARDWRIGHT_ENTRA=hidden\n';
    if (where === 'portal.toml') {
      const { kind, name, tenant, clientId } = service;
      const plain = Object.entries({ kind, name, tenant, clientId }).map((pair) => `${pair[0]} = "${pair[1]}"`);
      const reference = 'credential.secret.environment = "CARDWRIGHT_ENTRA"';
      folder.write('portal.toml', ['[[passkey-services]]', ...plain, reference].join('\n'));
    }
    const services = where === 'portal.env' ? `'${json}'` : file;
    folder.write('portal.env', `${secret}${where === 'portal.toml' ? '' : `CARDWRIGHT_PASSKEY_SERVICES=${services}`}`);
    const { code, lines } = await folder.check();
    expect([code, lines.join('\n')]).toEqual([0, expect.not.stringContaining('hidden')]);
    expect(start().passkeyServices).toMatchObject([{ credential: { secret: 'hidden' } }]);
  },
);

describe('a portal.env of an older installation', () => {
  const old = readFileSync(inRepository('tests', 'unit', 'portal', 'settings', 'older-portal.env'), 'utf8');
  const everything = old.replaceAll(/^#(?=[A-Z_]+=)/gm, '').replaceAll('NUMBER', '55555');

  it('is read as it was: nothing is set in it as it was installed', async () => {
    folder.write('portal.env', old);
    const installed = start();
    folder.write('portal.env', '');
    expect(installed).toEqual(start());
    expect((await folder.check()).code).toBe(0);
  });

  it('is read as it was: with everything that it proposes', async () => {
    folder.write('portal.env', everything);
    expect(start()).toMatchObject({
      origin: 'https://portal.example.com',
      host: '127.0.0.1',
      port: 8080,
      trustedProxies: ['127.0.0.1'],
      database: { url: 'postgres://cardwright:PASSWORD@localhost/cardwright' },
      authority: { module: '/etc/cardwright-portal/authority.mjs' },
      certificatePolicies: { proved: '1.3.6.1.4.1.55555.1.1', unproved: '1.3.6.1.4.1.55555.1.2' },
      helpDesk: { name: 'IT help desk', email: 'help@example.com' },
    });
    expect((await folder.check()).code).toBe(0);
  });
});

it.each([[[]], [['show']], [['check', 'twice']]])('explains its usage for %j', async (args) => {
  const lines: string[] = [];
  expect(await config(args, {}, (line) => lines.push(line))).toBe(1);
  expect(lines).toEqual(['Usage: config check']);
});

it('needs no folder: a container has its settings in the environment', async () => {
  const lines: string[] = [];
  expect(await config(['check'], { PORT: '8081' }, (line) => lines.push(line))).toBe(0);
  expect(rowOf(lines, keyOf('PORT'))).toEqual(['port', '8081', 'environment']);
});
