import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LogFile, MAX_WRITTEN } from '../../../../native-host/src/logs/log-file.js';
import { generationOf, logFileOf } from '../../../../native-host/src/logs/log-place.js';
import { follow, tailOf } from '../../../../native-host/src/logs/log-tail.js';
import { MAX_SIZE } from '../../../../native-host/src/logs/rotation.js';
import { thisSystem, type System } from '../../../../native-host/src/system/system.js';

const MODE = 0o777;
const OTHERS_MAY_WRITE = 0o777;

describe("the host's log", () => {
  let folder: string;
  let system: System;
  let file: string;
  const reasons: string[] = [];
  const open = (change: Partial<System> = {}): LogFile =>
    new LogFile({ ...system, ...change }, (reason) => reasons.push(reason));
  const lines = (): string[] => readFileSync(file, 'utf8').split('\n').slice(0, -1);

  beforeEach(() => {
    reasons.length = 0;
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-log-'));
    system = {
      ...thisSystem,
      root: path.join(folder, 'root'),
      home: path.join(folder, 'home'),
      env: { XDG_STATE_HOME: path.join(folder, 'state') },
    };
    file = logFileOf(system);
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is in the usual place of each system', () => {
    const home = '/home/alice';
    const place = (platform: NodeJS.Platform, env: Record<string, string> = {}) =>
      logFileOf({ ...system, platform, home, env });
    expect(place('linux')).toBe('/home/alice/.local/state/cardwright/host.log');
    expect(place('linux', { XDG_STATE_HOME: '/state' })).toBe('/state/cardwright/host.log');
    expect(place('linux', { XDG_STATE_HOME: 'relative' })).toBe('/home/alice/.local/state/cardwright/host.log');
    expect(place('darwin')).toBe('/home/alice/Library/Logs/Cardwright/host.log');
    expect(place('win32', { LOCALAPPDATA: '/local' })).toBe('/local/Cardwright/Logs/host.log');
  });

  it('is created with its first line, readable by its account only', () => {
    const log = open();
    log.append('{"a":1}', 'info');
    expect(existsSync(path.join(folder, 'state'))).toBe(false);
    log.append('{"a":2}', 'warn');
    expect(lines()).toEqual(['{"a":2}']);
    expect(statSync(file).mode & MODE).toBe(0o600);
    expect(statSync(path.dirname(file)).mode & MODE).toBe(0o700);
  });

  it.each([
    ['by default warnings', {}, undefined, ['error', 'warn']],
    ['what the environment says', { CARDWRIGHT_LOG_LEVEL: 'info' }, undefined, ['error', 'warn', 'info']],
    [
      'what the administrator says, whatever the environment says',
      { CARDWRIGHT_LOG_LEVEL: 'info' },
      'error',
      ['error'],
    ],
    ['nothing where it is off', { CARDWRIGHT_LOG_LEVEL: 'off' }, undefined, []],
    ['warnings where the environment says nonsense', { CARDWRIGHT_LOG_LEVEL: 'loud' }, undefined, ['error', 'warn']],
  ])('keeps %s', (_, env, policy, kept) => {
    if (policy !== undefined) {
      mkdirSync(path.join(system.root, 'etc/cardwright'), { recursive: true });
      writeFileSync(path.join(system.root, 'etc/cardwright/host.json'), JSON.stringify({ logLevel: policy }));
    }
    const log = open({ env: { ...system.env, ...env } });
    for (const level of ['error', 'warn', 'info'] as const) log.append(level, level);
    expect(existsSync(file) ? lines() : []).toEqual(kept);
  });

  it("follows the level of the extension's policy, unless this computer's own policy sets one", () => {
    const log = open({ env: { ...system.env, CARDWRIGHT_LOG_LEVEL: 'info' } });
    log.append('first', 'info');
    log.ask('error');
    log.append('second', 'warn');
    log.ask(null);
    log.append('third', 'info');
    expect(lines()).toEqual(['first', 'third']);
    mkdirSync(path.join(system.root, 'etc/cardwright'), { recursive: true });
    // An unreadable member does not disable the others.
    writeFileSync(path.join(system.root, 'etc/cardwright/host.json'), '{"logLevel":"error","download":"http://a/"}');
    const other = open();
    other.ask('info');
    other.append('fourth', 'warn');
    expect(lines()).toEqual(['first', 'third']);
  });

  it('is written by several hosts at once, line for line', () => {
    const [first, second] = [open(), open()];
    for (let index = 0; index < 50; index += 1) {
      first.append(`{"host":1,"index":${index}}`, 'warn');
      second.append(`{"host":2,"index":${index}}`, 'warn');
    }
    expect(lines().map((line) => JSON.parse(line) as unknown)).toHaveLength(100);
  });

  it('is rotated by the next starting host when it has grown; a few generations are kept', () => {
    for (let generation = 1; generation <= 5; generation += 1) {
      open().append(`generation ${generation}`, 'warn');
      writeFileSync(file, `${'x'.repeat(MAX_SIZE)}\n`, { flag: 'a' });
    }
    open().append('the last', 'warn');
    expect(readdirSync(path.dirname(file)).sort()).toEqual(['host.log', 'host.log.1', 'host.log.2']);
    expect(lines()).toEqual(['the last']);
    expect(readFileSync(generationOf(file, 1), 'utf8')).toMatch(/^generation 5/);
  });

  it('is not rotated while another host does that, unless that one was killed', () => {
    open().append('before', 'warn');
    writeFileSync(file, `${'x'.repeat(MAX_SIZE)}\n`, { flag: 'a' });
    writeFileSync(`${file}.lock`, '');
    open().append('meanwhile', 'warn');
    expect(lines().at(-1)).toBe('meanwhile');
    utimesSync(`${file}.lock`, 0, 0);
    open().append('clears up', 'warn');
    open().append('rotates', 'warn');
    expect(lines()).toEqual(['rotates']);
  });

  it('is limited whatever a page does: each host writes so much, and says that it stops', () => {
    const log = open();
    const line = JSON.stringify({ event: 'refused', method: 'x'.repeat(1_000) });
    for (let count = 0; count < (3 * MAX_WRITTEN) / line.length; count += 1) log.append(line, 'warn');
    expect(statSync(file).size).toBeLessThan(MAX_WRITTEN + 1_000);
    expect(JSON.parse(lines().at(-1) ?? '')).toMatchObject({ event: 'log full' });
    expect(reasons).toHaveLength(1);
  });

  it.each<[string, (victim: string) => void]>([
    ['a symbolic link to a file of the user', (victim) => symlinkSync(victim, file)],
    ['a hard link to one', (victim) => linkSync(victim, file)],
    ['a folder', () => mkdirSync(file)],
    ['in a folder that others can write to', () => chmodSync(path.dirname(file), OTHERS_MAY_WRITE)],
    [
      'in a folder that is a symbolic link',
      (victim) => {
        rmSync(path.dirname(file), { recursive: true });
        symlinkSync(path.dirname(victim), path.dirname(file));
      },
    ],
  ])('is not written if someone prepared %s; the host serves nevertheless', (_, prepare) => {
    const victim = path.join(folder, 'victim');
    writeFileSync(victim, 'precious');
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
    prepare(victim);
    const log = open();
    log.append('{"event":"refused"}', 'warn');
    log.append('{"event":"refused"}', 'warn');
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(existsSync(path.join(folder, 'host.log'))).toBe(false);
    expect(reasons).toHaveLength(1);
  });

  it('is given up if no folder can be created', () => {
    writeFileSync(path.join(folder, 'state'), 'a file in the way');
    const log = open();
    expect(() => log.append('line', 'error')).not.toThrow();
    expect(reasons).toHaveLength(1);
  });

  it('is read from its end, over its generations', () => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(generationOf(file, 1), '1\n2\n3\n');
    writeFileSync(file, '4\n5\nunfinished');
    expect(tailOf(file, 3)).toEqual(['3', '4', '5']);
    expect(tailOf(`${file}.none`, 3)).toEqual([]);
  });

  it('is read without a line that is cut, and without a gap, when only the end of a long file is read', () => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(generationOf(file, 1), 'older\n');
    const long = 'x'.repeat(1_000);
    writeFileSync(file, `${`${long}\n`.repeat(600)}last\n`);
    const read = tailOf(file, 1_000);
    expect(read.length).toBeGreaterThan(500);
    expect(new Set(read)).toEqual(new Set([long, 'last']));
    expect(read.at(-1)).toBe('last');
  });

  it('can be followed, even through a rotation', async () => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, 'before\n');
    const end = new AbortController();
    const seen: string[] = [];
    const following = follow(
      file,
      (line) => {
        seen.push(line);
        if (line === 'first') {
          rmSync(file);
          writeFileSync(`${file}.new`, 'second\n');
          writeFileSync(file, 'second\n');
        } else end.abort();
      },
      end.signal,
    );
    writeFileSync(file, 'before\nfirst\n');
    await following;
    expect(seen).toEqual(['first', 'second']);
  });
});
