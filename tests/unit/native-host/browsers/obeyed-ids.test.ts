import { chmodSync, chownSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CHROMIUM_EXTENSION_ID, FIREFOX_EXTENSION_ID } from '@cardwright/protocol/identity';
import { idsOf, readIdLists, scopeOfHost } from '../../../../native-host/src/browsers/obeyed-ids.js';
import { callerOf, isNamedIn, type Caller } from '../../../../native-host/src/system/caller.js';
import { Desk } from '../checks/desk.js';

const STORE_ID = 'abcdefghijklmnopabcdefghijklmnop';
const CALLER = { flavour: 'chromium', id: STORE_ID } as const;
const LIST = JSON.stringify({ chromium: [STORE_ID] });
const OF_COMPUTER = '/etc/cardwright/extensions.json';
const OF_USER = '.config/cardwright/extensions.json';
const ANOTHER_ACCOUNT = 12_345;
const isRoot = process.getuid?.() === 0;

describe('the extensions that a host obeys', () => {
  let desk: Desk;
  /** Folder of a host that only root may change, and of one that its user has. */
  let installed: string;
  let own: string;

  beforeEach(() => {
    desk = new Desk();
    installed = path.dirname(desk.write('/usr/lib/cardwright-host/app/main.js', ''));
    own = path.dirname(desk.writeAtHome('cardwright/app/main.js', ''));
    chmodSync(desk.home, 0o755);
    // Group and others may write to the user's program, so it is no host for all accounts, whoever runs the test.
    chmodSync(own, 0o775);
  });
  afterEach(() => desk.remove());

  const isServed = async (folder: string, caller: Caller = CALLER) =>
    isNamedIn(idsOf(await readIdLists(desk.system, folder)), caller);
  const troubleOf = async (folder: string) =>
    (await readIdLists(desk.system, folder)).map(({ trouble }) => trouble).find((trouble) => trouble !== null);

  it('are the built-in ones where no list is there', async () => {
    expect(await isServed(installed, { flavour: 'chromium', id: CHROMIUM_EXTENSION_ID })).toBe(true);
    expect(await isServed(installed, { flavour: 'firefox', id: FIREFOX_EXTENSION_ID })).toBe(true);
    expect(await isServed(installed)).toBe(false);
    expect(await isServed(own)).toBe(false);
  });

  it('are also those that the package names', async () => {
    writeFileSync(path.join(installed, 'extensions.json'), LIST, { mode: 0o644 });
    expect(await isServed(installed)).toBe(true);
    expect(await isServed(installed, { flavour: 'firefox', id: STORE_ID })).toBe(false);
  });

  it("are also those of root's list, for a host that only root may change", async () => {
    desk.write(OF_COMPUTER, LIST);
    expect(scopeOfHost(desk.system, installed)).toBe('computer');
    expect(await isServed(installed)).toBe(true);
    expect(await isServed(own)).toBe(false);
  });

  it("are also those of the user's list, for a host of the user", async () => {
    desk.writeAtHome(OF_USER, LIST);
    expect(scopeOfHost(desk.system, own)).toBe('user');
    expect(await isServed(own)).toBe(true);
    expect(await isServed(installed)).toBe(false);
  });

  it.each<[string, (file: string) => void]>([
    ['is writable for others', (file) => chmodSync(file, 0o646)],
    ['is writable for a group', (file) => chmodSync(file, 0o664)],
    ['is in a folder in which anyone may replace it', (file) => chmodSync(path.dirname(file), 0o777)],
    ['is below a folder in which anyone may replace it', (file) => chmodSync(path.dirname(path.dirname(file)), 0o777)],
    [
      'is a symbolic link',
      (file) => {
        renameSync(file, `${file}.moved`);
        symlinkSync(`${file}.moved`, file);
      },
    ],
    [
      'is in a folder that is a symbolic link',
      (file) => {
        const folder = path.dirname(file);
        renameSync(folder, `${folder}.moved`);
        symlinkSync(`${folder}.moved`, folder);
      },
    ],
    [
      'is a link to itself',
      (file) => {
        rmSync(file);
        symlinkSync(file, file);
      },
    ],
    [
      'is a folder',
      (file) => {
        rmSync(file);
        mkdirSync(file, { mode: 0o755 });
      },
    ],
    ['is garbage', (file) => writeFileSync(file, '{"chromium":[')],
    ['is no object', (file) => writeFileSync(file, JSON.stringify([STORE_ID]))],
    ['has a misspelt member', (file) => writeFileSync(file, JSON.stringify({ chromium: [STORE_ID], chrome: [] }))],
    ['has ids of wrong form', (file) => writeFileSync(file, JSON.stringify({ chromium: [STORE_ID, '*'] }))],
    [
      'has an id that is none of Firefox',
      (file) => writeFileSync(file, JSON.stringify({ chromium: [STORE_ID], firefox: ['x'] })),
    ],
    ['is huge', (file) => writeFileSync(file, LIST.padEnd(70_000))],
    ['names too many ids', (file) => writeFileSync(file, JSON.stringify({ chromium: new Array(65).fill(STORE_ID) }))],
  ])('are not those of a list that %s, and doctor says why', async (_, spoil) => {
    for (const [folder, file] of [
      [installed, desk.write(OF_COMPUTER, LIST)],
      [own, desk.writeAtHome(OF_USER, LIST)],
    ] as const) {
      expect(await isServed(folder)).toBe(true);
      spoil(file);
      expect(await isServed(folder)).toBe(false);
      expect(await troubleOf(folder)).toEqual(expect.any(String));
    }
  });

  (isRoot ? it : it.skip)('are not those of a list that another account owns', async () => {
    const ofComputer = desk.write(OF_COMPUTER, LIST);
    chownSync(ofComputer, ANOTHER_ACCOUNT, ANOTHER_ACCOUNT);
    expect(await isServed(installed)).toBe(false);
    expect(await troubleOf(installed)).toContain('others than root');
    const ofUser = desk.writeAtHome(OF_USER, LIST);
    chownSync(path.dirname(ofUser), ANOTHER_ACCOUNT, ANOTHER_ACCOUNT);
    expect(await isServed(own)).toBe(false);
    expect(await troubleOf(own)).toContain('others than its user');
  });

  it('are those of HKLM on Windows, and not those that a user wrote into HKCU', async () => {
    desk.platform = 'win32';
    const answer = (hive: string) => (args: readonly string[]) =>
      args[1]?.startsWith(hive) && args[1].endsWith('Chromium') ? `\r\n    1    REG_SZ    ${STORE_ID}\r\n` : null;
    desk.programs.set('reg.exe', answer('HKCU'));
    expect(await isServed('C:\\Program Files\\Cardwright\\app')).toBe(false);
    desk.programs.set('reg.exe', answer('HKLM\\SOFTWARE\\Policies\\'));
    expect(await isServed('C:\\Program Files\\Cardwright\\app')).toBe(true);
  });

  it('keep their kind: an id of Chromium does not count in Firefox', () => {
    expect(callerOf([`chrome-extension://${STORE_ID}/`])).toEqual(CALLER);
    expect(callerOf([`chrome-extension://${STORE_ID}/x`, FIREFOX_EXTENSION_ID])).toEqual({
      flavour: 'firefox',
      id: '',
    });
    expect(callerOf(['/path/org.cardwright.host.json', FIREFOX_EXTENSION_ID])).toEqual({
      flavour: 'firefox',
      id: FIREFOX_EXTENSION_ID,
    });
  });
});
