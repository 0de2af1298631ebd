import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { HOST_NAME } from '@cardwright/protocol/identity';
import { CARDS, CHROME_OF_COMPUTER, type Desk, failuresIn, goodDesk, manifest } from './desk.js';

const MANAGED = '/etc/opt/chrome/policies/managed';

describe('doctor', () => {
  let desk: Desk;

  beforeEach(() => {
    desk = goodDesk();
  });
  afterEach(() => desk.remove());

  it.each([
    ['forbids hosts of users', { NativeMessagingUserLevelHosts: false }, 'USER_HOST_FORBIDDEN'],
    ['blocks every host', { NativeMessagingBlocklist: ['*'] }, 'HOST_FORBIDDEN'],
    ['blocks this host', { NativeMessagingBlocklist: [HOST_NAME] }, 'HOST_FORBIDDEN'],
    [
      'blocks every host but this one',
      { NativeMessagingBlocklist: ['*'], NativeMessagingAllowlist: [HOST_NAME] },
      null,
    ],
  ])('reads the policy of a computer that %s', async (_, policy, code) => {
    desk.write(`${MANAGED}/fleet.json`, JSON.stringify(policy));
    expect(failuresIn(await desk.check(CARDS.good))).toEqual(code === null ? [] : [{ id: 'policy', code }]);
  });

  it.each<[NodeJS.Platform, string, (args: readonly string[]) => string | null]>([
    [
      'darwin',
      'plutil',
      (args) => (args.at(-1)?.endsWith('com.google.Chrome.plist') ? '{"NativeMessagingBlocklist":["*"]}' : null),
    ],
    [
      'win32',
      'reg.exe',
      (args) =>
        args[1] === 'HKLM\\SOFTWARE\\Policies\\Google\\Chrome\\NativeMessagingBlocklist'
          ? '\r\nHKEY_LOCAL_MACHINE\\…\r\n    1    REG_SZ    *\r\n'
          : null,
    ],
  ])('reads the policies of %s with a system program', async (platform, program, answer) => {
    desk.platform = platform;
    desk.programs.set(program, answer);
    expect(failuresIn(await desk.check(CARDS.good))).toContainEqual({ id: 'policy', code: 'HOST_FORBIDDEN' });
  });

  it.each([
    ['0x1', ['HOST_INTERPRETER_FORBIDDEN']],
    ['0x2', []],
  ])('reports a command prompt that Windows forbids even for scripts: DisableCMD %s', async (value, codes) => {
    desk.platform = 'win32';
    desk.programs.set('reg.exe', (args) =>
      args.includes('DisableCMD') ? `\r\nHKEY_CURRENT_USER\\…\r\n    DisableCMD    REG_DWORD    ${value}\r\n` : null,
    );
    const failures = failuresIn(await desk.check(CARDS.good));
    expect(failures.filter(({ id }) => id === 'policy').map(({ code }) => code)).toEqual(codes);
  });

  it('accepts a forbidden command prompt where a browser starts hosts without it', async () => {
    desk.platform = 'win32';
    const values = new Map([
      ['HKCU\\Software\\Policies\\Microsoft\\Windows\\System', 'DisableCMD'],
      ['HKLM\\SOFTWARE\\Policies\\Microsoft\\Edge', 'NativeHostsExecutablesLaunchDirectly'],
    ]);
    desk.programs.set('reg.exe', ([, key = '', , name]) =>
      name !== undefined && values.get(key) === name ? `\r\nHKEY_…\r\n    ${name}    REG_DWORD    0x1\r\n` : null,
    );
    const findings = (await desk.check(CARDS.good)).filter(({ check }) => check.id === 'policy');
    expect(findings.map(({ check }) => [check.outcome, check.detail])).toEqual([
      [
        'passed',
        expect.stringMatching(
          /DisableCMD = 1; .*directly by Edge; .*cmd\.exe.* not: Chrome, Chromium, Brave, Vivaldi$/,
        ),
      ],
      ['passed', 'no policy restricts native hosts'],
    ]);
  });

  it.each<[string, Record<string, object>, string | null]>([
    [
      'the last list by name, not all lists together',
      {
        'a.json': { NativeMessagingBlocklist: ['*'], NativeMessagingAllowlist: [HOST_NAME] },
        'b.json': { NativeMessagingAllowlist: ['org.other'] },
      },
      'HOST_FORBIDDEN',
    ],
    [
      'the last list by name, which allows the host',
      {
        'a.json': { NativeMessagingBlocklist: ['*'], NativeMessagingAllowlist: ['org.other'] },
        'b.json': { NativeMessagingAllowlist: [HOST_NAME] },
      },
      null,
    ],
    [
      'an empty list that replaces another one',
      { 'a.json': { NativeMessagingBlocklist: ['*'] }, 'b.json': { NativeMessagingBlocklist: [] } },
      null,
    ],
    [
      'the last value by name',
      { 'a.json': { NativeMessagingUserLevelHosts: false }, 'b.json': { NativeMessagingUserLevelHosts: true } },
      null,
    ],
    [
      'all lists together where a policy merges them',
      {
        'a.json': { NativeMessagingBlocklist: ['*'], NativeMessagingAllowlist: [HOST_NAME] },
        'b.json': { NativeMessagingAllowlist: ['org.other'] },
        'c.json': { PolicyListMultipleSourceMergeList: ['NativeMessagingAllowlist'] },
      },
      null,
    ],
    [
      'all lists together where a policy merges every list',
      {
        'a.json': { NativeMessagingBlocklist: [HOST_NAME], PolicyListMultipleSourceMergeList: ['*'] },
        'b.json': { NativeMessagingBlocklist: [] },
      },
      'HOST_FORBIDDEN',
    ],
  ])('reads several policy files as the browser does: %s', async (_, files, code) => {
    for (const [name, policy] of Object.entries(files)) desk.write(`${MANAGED}/${name}`, JSON.stringify(policy));
    expect(failuresIn(await desk.check(CARDS.good))).toEqual(code === null ? [] : [{ id: 'policy', code }]);
  });

  it('names only the policy files that concern hosts', async () => {
    const detail = async () =>
      (await desk.check(CARDS.good)).filter(({ check }) => check.id === 'policy').map(({ check }) => check.detail);
    desk.write(`${MANAGED}/a.json`, '{"PolicyListMultipleSourceMergeList":["*"]}');
    expect(await detail()).toEqual(['no policy restricts native hosts']);
    desk.write(`${MANAGED}/b.json`, '{"NativeMessagingUserLevelHosts":true}');
    expect(await detail()).toEqual([expect.stringMatching(/^Chrome: [^,]*b\.json lets/)]);
  });

  it('reads policy files whatever their names end with, as the browser does', async () => {
    desk.write(`${MANAGED}/fleet`, '{"NativeMessagingBlocklist":["*"]}');
    desk.write(`${MANAGED}/README`, 'Managed by the desk.');
    expect(failuresIn(await desk.check(CARDS.good))).toEqual([{ id: 'policy', code: 'HOST_FORBIDDEN' }]);
  });

  it('accepts a host of the whole computer where only those of users are forbidden', async () => {
    desk.write(`${MANAGED}/fleet.json`, JSON.stringify({ NativeMessagingUserLevelHosts: false }));
    desk.write(CHROME_OF_COMPUTER, manifest({ path: '/bin/sh' }));
    expect(failuresIn(await desk.check(CARDS.good))).toEqual([]);
  });
});
