import {
  chmodSync,
  chownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SettingsFile } from '../../../../portal/src/server/commands/init/settings-file.js';
import type { Addition } from '../../../../portal/src/server/settings/add-to-toml.js';
import { SETTINGS } from '../../../../portal/src/server/settings/table.js';
import { SettingsFolder } from '../settings/settings-folder.js';

const ORIGIN: Addition = { setting: SETTINGS.origin, value: 'https://portal.example.com' };
const DATABASE: Addition = { setting: SETTINGS.databaseUrl, value: 'postgres://portal:MARKED@db/portal' };

let folder: SettingsFolder;
let file: string;
beforeEach(() => {
  folder = new SettingsFolder();
  file = folder.write('portal.toml', '# Ours\nport = 8081\n');
});
afterEach(() => folder.remove());

const modeOf = (name: string): number => statSync(name).mode & 0o777;
const namesIn = (): string[] => readdirSync(folder.path).sort();

it('adds settings, keeps comments, mode and owner, and leaves no draft', async () => {
  chmodSync(file, 0o640);
  const { uid, gid } = statSync(file);
  await (await SettingsFile.open(folder.path)).add([ORIGIN], []);
  expect(readFileSync(file, 'utf8')).toBe('# Ours\nport = 8081\norigin = "https://portal.example.com"\n');
  expect(statSync(file)).toMatchObject({ uid, gid });
  expect([modeOf(file), namesIn()]).toEqual([0o640, ['keys.json', 'portal.toml']]);
});

it('makes a missing file for its owner alone, and closes one that has a secret from now on', async () => {
  chmodSync(file, 0o644);
  await (await SettingsFile.open(folder.path)).add([DATABASE], []);
  expect(modeOf(file)).toBe(0o600);
  rmSync(file);
  await (await SettingsFile.open(folder.path)).add([ORIGIN], []);
  expect(modeOf(file)).toBe(0o600);
});

it('writes a secret into a file for the group of the folder', async () => {
  const secret = path.join(folder.path, 'work.secret');
  await (await SettingsFile.open(folder.path)).add([ORIGIN], [{ path: secret, content: 'MARKED' }]);
  expect(readFileSync(secret, 'utf8')).toBe('MARKED\n');
  expect(modeOf(secret)).toBe(0o640);
  expect(statSync(secret).gid).toBe(statSync(folder.path).gid);
});

describe('refuses, and changes nothing:', () => {
  it('a link in the place of the file', async () => {
    const target = path.join(folder.path, 'elsewhere');
    writeFileSync(target, 'port = 1\n');
    rmSync(file);
    symlinkSync(target, file);
    await expect(SettingsFile.open(folder.path)).rejects.toThrow(`${file} is a link. Nothing was changed`);
    expect([lstatSync(file).isSymbolicLink(), readFileSync(target, 'utf8')]).toEqual([true, 'port = 1\n']);
  });

  it('a file that became a link while the questions were asked', async () => {
    const opened = await SettingsFile.open(folder.path);
    const target = path.join(folder.path, 'elsewhere');
    writeFileSync(target, '# Ours\nport = 8081\n');
    rmSync(file);
    symlinkSync(target, file);
    await expect(opened.add([ORIGIN], [])).rejects.toThrow('is a link');
    expect(readFileSync(target, 'utf8')).toBe('# Ours\nport = 8081\n');
  });

  it.each([0o666, 0o620, 0o602])('a file that others can write (%o)', async (mode) => {
    chmodSync(file, mode);
    const complaint = `${file} can be changed by others. Nothing was changed; chmod go-w ${file}`;
    await expect(SettingsFile.open(folder.path)).rejects.toThrow(new Error(complaint));
  });

  it('a folder that others can write', async () => {
    chmodSync(folder.path, 0o777);
    await expect(SettingsFile.open(folder.path)).rejects.toThrow(`${folder.path} can be changed by others`);
  });

  it('a folder in the place of the file, and no folder at all', async () => {
    rmSync(file);
    mkdirSync(file);
    await expect(SettingsFile.open(folder.path)).rejects.toThrow(`${file} is no file. Nothing was changed`);
    const missing = path.join(folder.path, 'missing');
    await expect(SettingsFile.open(missing)).rejects.toThrow(`there is no folder ${missing}`);
  });

  it('a file that was changed by hand while the questions were asked', async () => {
    const opened = await SettingsFile.open(folder.path);
    folder.write('portal.toml', 'port = 9\n');
    await expect(opened.add([ORIGIN], [])).rejects.toThrow(`${file} was changed meanwhile. Nothing was changed`);
    expect(readFileSync(file, 'utf8')).toBe('port = 9\n');
  });

  it('a secret whose file is there already, or is a link', async () => {
    const opened = await SettingsFile.open(folder.path);
    const [first, second] = ['one.secret', 'two.secret'].map((name) => path.join(folder.path, name));
    const target = path.join(folder.path, 'target');
    symlinkSync(target, String(second));
    const secrets = [first, second].map((name) => ({ path: String(name), content: 'MARKED' }));
    await expect(opened.add([ORIGIN], secrets)).rejects.toThrow(`${String(second)} is there already`);
    // The first one is taken back.
    expect(namesIn()).toEqual(['keys.json', 'portal.toml', 'two.secret']);
    expect(readFileSync(file, 'utf8')).not.toContain('origin');
  });
});

const isRoot = process.getuid?.() === 0;

(isRoot ? it.skip : it)('says that root can write where this user cannot', async () => {
  chmodSync(folder.path, 0o500);
  await expect(SettingsFile.open(folder.path)).rejects.toThrow(
    'cannot be written. Nothing was changed; run this as root',
  );
  chmodSync(folder.path, 0o700);
});

(isRoot ? it : it.skip)(
  'writes nothing for root where another user decides, and leaves files with their owner',
  async () => {
    chownSync(file, 1, 1);
    await expect(SettingsFile.open(folder.path)).rejects.toThrow(
      `${file} belongs to another user. Nothing was changed`,
    );
    chownSync(file, 0, 1);
    chownSync(folder.path, 0, 2);
    const secret = path.join(folder.path, 'work.secret');
    await (await SettingsFile.open(folder.path)).add([ORIGIN], [{ path: secret, content: 'MARKED' }]);
    expect([statSync(file), statSync(secret)]).toMatchObject([
      { uid: 0, gid: 1 },
      { uid: 0, gid: 2 },
    ]);
  },
);
