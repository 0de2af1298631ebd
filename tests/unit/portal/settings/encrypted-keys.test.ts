import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { checkSecretFiles } from '../../../../portal/src/server/commands/doctor/secret-files.js';
import { readConfiguration } from '../../../../portal/src/server/settings/configuration.js';
import { readSettings } from '../../../../portal/src/server/settings/read-settings.js';
import { SettingsFolder } from './settings-folder.js';

/** Where systemd itself does not run, systemd-creds works for root alone. Commands of the portal are given by root. */
const asRoot = process.getuid?.() === 0 ? it : it.skip;

const KEYS = '{"marked":"MARKED-SECRET"}';

let folder: SettingsFolder;
let plain: string;
let encrypted: string;
beforeEach(() => {
  folder = new SettingsFolder();
  plain = folder.write('keys.json', KEYS);
  encrypted = path.join(folder.path, 'keys.cred');
});
afterEach(() => folder.remove());

/** Encrypts the key file as docs/operate.md says, but with a key that every computer has. */
function encrypt(name = 'keys.json'): void {
  execFileSync('systemd-creds', ['encrypt', '--with-key=null', `--name=${name}`, plain, encrypted], {
    stdio: 'ignore',
  });
  rmSync(plain);
}

const environment = (more: NodeJS.ProcessEnv = {}) => folder.environment({ PATH: process.env.PATH, ...more });
const configuration = (more: NodeJS.ProcessEnv = {}) => readConfiguration(readSettings(environment(more)));

asRoot('are read by commands while no key file lies in the clear', async () => {
  encrypt();
  expect(readFileSync(encrypted, 'utf8')).not.toContain('MARKED');
  expect(configuration().keys).toBe(KEYS);
  expect((await folder.check({ PATH: process.env.PATH })).code).toBe(0);
});

asRoot('are shown nowhere, neither when they are read nor when they are refused', async () => {
  encrypt();
  const { lines } = await folder.check({ PATH: process.env.PATH });
  expect(lines.join('\n')).not.toContain('MARKED');
  expect(lines).toContainEqual(expect.stringMatching(/^keys +set +default$/));
  writeFileSync(encrypted, 'MARKED-SECRET');
  const refused = await folder.check({ PATH: process.env.PATH });
  expect(refused.code).toBe(1);
  expect(refused.lines).toEqual([
    expect.stringContaining(`CARDWRIGHT_KEYS: ${encrypted} cannot be decrypted: `) as unknown,
  ]);
  expect(refused.lines.join('\n')).not.toContain('MARKED');
});

asRoot('are refused if they were encrypted as another credential', () => {
  encrypt('portal.env');
  expect(() => configuration()).toThrow(`${encrypted} cannot be decrypted: Embedded credential name`);
});

asRoot('give way to a key file in the clear, as before, and doctor says so', async () => {
  encrypt();
  folder.write('keys.json', '{}');
  expect(configuration().keys).toBe('{}');
  expect(await checkSecretFiles(readSettings(environment()), folder.path)).toMatchObject([
    { outcome: 'warning', text: `The keys are encrypted in ${encrypted}, and also in ${plain} in the clear.` },
  ]);
});

asRoot('are not looked for where the settings name other keys', () => {
  encrypt();
  expect(configuration({ CARDWRIGHT_KEYS: '{"other":1}' }).keys).toBe('{"other":1}');
});

asRoot('need the program of systemd, with the name of the file in the error and no word of its content', () => {
  encrypt();
  expect(() => configuration({ PATH: folder.path })).toThrow(
    `${encrypted} cannot be decrypted: systemd-creds cannot be run (ENOENT)`,
  );
});

asRoot('come from the program through a pipe, and no argument or variable has them', () => {
  encrypt();
  const program = folder.write('systemd-creds', '#!/bin/sh\necho "$*"; env\n');
  chmodSync(program, 0o700);
  const said = configuration({ PATH: `${folder.path}:/bin`, SECRET: 'MARKED-SECRET' }).keys;
  expect(said).toContain(`decrypt --name=keys.json ${encrypted} -`);
  expect(said).not.toContain('MARKED');
});
