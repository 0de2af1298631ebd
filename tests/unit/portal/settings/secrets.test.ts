import { chmodSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { checkSecretFiles } from '../../../../portal/src/server/commands/doctor/secret-files.js';
import { readConfiguration } from '../../../../portal/src/server/settings/configuration.js';
import { tellProblem } from '../../../../portal/src/server/settings/problem.js';
import { readSettings } from '../../../../portal/src/server/settings/read-settings.js';
import { keyOf } from '../../../../portal/src/server/settings/setting.js';
import { ROWS } from '../../../../portal/src/server/settings/table.js';
import { SettingsFolder } from './settings-folder.js';

const MARK = 'MARKED-SECRET';
const SECRETS = ROWS.filter(({ isSecret }) => isSecret);

let folder: SettingsFolder;
beforeEach(() => {
  folder = new SettingsFolder();
});
afterEach(() => folder.remove());

/** Collects all that a portal prints about its settings: in `config check`, at its start, and as warnings. */
async function sayings(more: NodeJS.ProcessEnv = {}): Promise<string> {
  const said: string[] = [...(await folder.check(more)).lines];
  try {
    readConfiguration(readSettings(folder.environment(more), (unknown) => said.push(tellProblem(unknown))));
  } catch (error) {
    said.push(String(error));
  }
  return said.join('\n');
}

it('are the database, the keys, and accounts with passwords', () => {
  expect(SECRETS.map(({ variable }) => variable)).toEqual([
    'DATABASE_URL',
    'CARDWRIGHT_DATABASE_OWNER_URL',
    'CARDWRIGHT_KEYS',
    'CARDWRIGHT_DEMO_ACCOUNTS',
  ]);
});

/** Returns what has to be set beside a setting. */
const beside = (variable: string): Readonly<Record<string, string>> =>
  variable === 'CARDWRIGHT_DATABASE_OWNER_URL' ? { DATABASE_URL: 'postgres://db/cms' } : {};

describe.each(SECRETS)('$variable', ({ variable }) => {
  const account = `[{"username":"alice","password":"${MARK}","displayName":"Alice","role":"user"}]`;
  const shapes = [
    MARK,
    ` ${MARK}`,
    `{"${MARK}":"${MARK}"`,
    `[${MARK}`,
    `["${MARK}"]`,
    `{"secret":"${MARK}"}`,
    account,
    account.replace('alice', '?'),
    `-----BEGIN PRIVATE KEY-----${MARK}`,
  ];

  it.each(shapes)('is never repeated, wherever it stands and whatever is wrong with it: %s', async (shape) => {
    expect(await sayings({ [variable]: shape })).not.toContain(MARK);
    folder.write('portal.env', `${variable}='${shape}'`);
    expect(await sayings()).not.toContain(MARK);
    folder.write('portal.env', '');
    folder.write('portal.toml', `${keyOf(variable)} = '${shape}'`);
    expect(await sayings()).not.toContain(MARK);
    folder.write('portal.toml', `${keyOf(variable)} = ${shape}`);
    expect(await sayings()).not.toContain(MARK);
  });

  it('is reported as set', async () => {
    const value = variable === 'CARDWRIGHT_DEMO_ACCOUNTS' ? account : `{"secret":"${MARK}"}`;
    const { code, lines } = await folder.check({ ...beside(variable), [variable]: value });
    expect(code).toBe(0);
    expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^${keyOf(variable)} +set +environment$`)));
  });

  it('is refused in a portal.toml that everyone can read', async () => {
    const value = variable === 'CARDWRIGHT_DEMO_ACCOUNTS' ? '[]' : `"{${MARK}}"`;
    const file = folder.write('portal.toml', `\n${keyOf(variable)} = ${value}\n`);
    chmodSync(file, 0o644);
    const complaint = `portal.toml:2: ${keyOf(variable)}: a secret may stand only in a file that others cannot read: chmod 600 ${file}`;
    expect((await folder.check()).lines).toContain(complaint);
    expect(() => readSettings(folder.environment())).toThrow(new Error(complaint));
    // The copy that systemd makes may have the group's bit, for its access list.
    chmodSync(file, 0o440);
    expect((await folder.check(beside(variable))).code).toBe(0);
  });
});

it('do not include the usual key file, which is named if it cannot be read', async () => {
  const file = join(folder.path, 'keys.json');
  rmSync(file);
  mkdirSync(file);
  expect(await folder.check()).toEqual({
    code: 1,
    lines: [`default: CARDWRIGHT_KEYS: ${file} cannot be read (EISDIR)`],
  });
});

it('include the path of any other key file, also if the file cannot be read', async () => {
  // Not even root can open a link to itself. The error of the system then quotes the path.
  const file = join(folder.path, MARK);
  symlinkSync(file, file);
  expect(await sayings({ CARDWRIGHT_KEYS: file })).not.toContain(MARK);
  const { lines } = await folder.check({ CARDWRIGHT_KEYS: file });
  expect(lines).toEqual(['environment: CARDWRIGHT_KEYS: the file of that name cannot be read (ELOOP)']);
});

it('allow everyone to read a portal.toml without them', async () => {
  chmodSync(folder.write('portal.toml', 'port = 8081\n'), 0o644);
  expect((await folder.check()).code).toBe(0);
  const settings = readSettings(folder.environment());
  chmodSync(folder.write('portal.env', ''), 0o600);
  expect(await checkSecretFiles(settings, folder.path)).toEqual([]);
});

it.each([
  ['portal.env', 'DATABASE_URL=postgres://db/cms'],
  ['portal.toml', 'database-url = "postgres://db/cms"'],
])('make doctor complain if the group can read %s', async (name, text) => {
  const file = folder.write(name, text);
  chmodSync(file, 0o640);
  expect(await checkSecretFiles(readSettings(folder.environment()), folder.path)).toMatchObject([
    { outcome: 'problem', text: `The settings ${file} can be used by others than its owner.` },
  ]);
});
