import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { readConfiguration } from '../../../../portal/src/server/settings/configuration.js';
import { readSettings } from '../../../../portal/src/server/settings/read-settings.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardwright-settings-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = (text: string) => writeFile(join(folder, 'portal.env'), text);

it('leaves the environment as it is without a folder of settings', () => {
  const environment = { PORT: '1' };
  expect(readSettings(environment)).toBe(environment);
});

it("reads the administrator's file, which the process's own environment overrides", async () => {
  await write(`# The portal\nPORT=8443\nDATABASE_URL='postgres://portal:a#b@db/portal'\nHOST=127.0.0.2\n`);
  expect(readSettings({ CARDWRIGHT_SETTINGS: folder, HOST: '127.0.0.3' })).toMatchObject({
    PORT: '8443',
    DATABASE_URL: 'postgres://portal:a#b@db/portal',
    HOST: '127.0.0.3',
  });
});

it.each([
  ['named nowhere', ''],
  ['named empty by mistake', 'CARDWRIGHT_KEYS=\n'],
  ['named by a blank', 'CARDWRIGHT_KEYS=" "\n'],
])('does not start with new keys if the key file is missing and %s', async (_, text) => {
  await write(text);
  const settings = readSettings({ CARDWRIGHT_SETTINGS: folder, CARDWRIGHT_DATA: folder });
  expect(() => readConfiguration(settings)).toThrow(`there is no ${join(folder, 'keys.json')}`);
});

it('reports that root can read an unreadable file, and quotes nothing', async () => {
  await write('DATABASE_URL=postgres://secret');
  await chmod(join(folder, 'portal.env'), 0);
  const read = () => readSettings({ CARDWRIGHT_SETTINGS: folder });
  // Root reads everything.
  if (process.getuid?.() !== 0) expect(read).toThrow(/portal\.env cannot be read; run this as root$/);
  else expect(read()).toMatchObject({ DATABASE_URL: 'postgres://secret' });
});

it('reports the same for a portal.toml', async () => {
  const file = join(folder, 'portal.toml');
  await writeFile(file, 'database-url = "postgres://secret"', { mode: 0 });
  const read = () => readSettings({ CARDWRIGHT_SETTINGS: folder });
  if (process.getuid?.() !== 0) expect(read).toThrow(/portal\.toml cannot be read; run this as root$/);
  else expect(read()).toMatchObject({ DATABASE_URL: 'postgres://secret' });
  await rm(file);
  await mkdir(file);
  expect(read).toThrow(/portal\.toml cannot be read$/);
});
