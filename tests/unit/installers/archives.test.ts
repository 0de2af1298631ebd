import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { settleTree, writeTarGz, writeZip } from '@cardwright/installers';

/** 2026-11-24 10:20:30 UTC. */
const EPOCH = 1_795_515_630;
const TEXT = 'x'.repeat(10_000);

describe('an archive', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'cardwright-archives-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** Makes a tree with the same files, written in different ways. */
  function tree(name: string, files: readonly string[], group: number): string {
    const place = path.join(folder, name);
    for (const file of files) {
      mkdirSync(path.dirname(path.join(place, file)), { recursive: true });
      writeFileSync(path.join(place, file), file === 'b/text' ? TEXT : file);
      chmodSync(path.join(place, file), (file === 'run' ? 0o700 : 0o600) | group);
      utimesSync(path.join(place, file), group, group);
    }
    return place;
  }
  const early = () => tree('early', ['b/text', 'run', 'Z', 'ä', 'b/a'], 0o040);
  const late = () => tree('late', ['ä', 'Z', 'b/a', 'run', 'b/text'], 0o066);

  it.each([
    ['tar.gz', writeTarGz],
    ['zip', writeZip],
  ])('has the same bytes twice: %s', (ending, write) => {
    const files = [early(), late()].map((from, index) => ({ from, file: path.join(folder, `${index}.${ending}`) }));
    for (const one of files) write({ ...one, epoch: EPOCH });
    const [first, second] = files.map(({ file }) => readFileSync(file));
    expect(first?.equals(second ?? Buffer.alloc(0))).toBe(true);
  });

  it("holds root's files with the usual modes and one time: tar.gz", () => {
    const file = path.join(folder, 'a.tar.gz');
    writeTarGz({ from: early(), file, epoch: EPOCH });
    const listed = execFileSync('tar', ['--utc', '--full-time', '--quoting-style=literal', '-tvf', file], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, LC_ALL: 'C.UTF-8' },
    });
    expect(listed.trim().split('\n')).toEqual([
      expect.stringMatching(/^drwxr-xr-x root\/root +0 2026-11-24 10:20:30 \.\/$/),
      expect.stringMatching(/^-rw-r--r-- root\/root +1 2026-11-24 10:20:30 \.\/Z$/),
      expect.stringMatching(/^drwxr-xr-x root\/root +0 2026-11-24 10:20:30 \.\/b\/$/),
      expect.stringMatching(/^-rw-r--r-- root\/root +3 2026-11-24 10:20:30 \.\/b\/a$/),
      expect.stringMatching(/^-rw-r--r-- root\/root +10000 2026-11-24 10:20:30 \.\/b\/text$/),
      expect.stringMatching(/^-rwxr-xr-x root\/root +3 2026-11-24 10:20:30 \.\/run$/),
      expect.stringMatching(/^-rw-r--r-- root\/root +2 2026-11-24 10:20:30 \.\/ä$/),
    ]);
  });

  it('is read by another program: zip', () => {
    const file = path.join(folder, 'a.zip');
    writeZip({ from: early(), file, epoch: EPOCH });
    // Python's `testzip` compares every checksum.
    const script = `import json, sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
print(json.dumps([z.testzip(), [[i.filename, z.read(i).decode(), list(i.date_time), oct(i.external_attr >> 16)] for i in z.infolist()]]))`;
    const found: unknown = JSON.parse(execFileSync('python3', ['-c', script, file], { encoding: 'utf8' }));
    const time = [2026, 11, 24, 10, 20, 30];
    expect(found).toEqual([
      null,
      ['Z', 'b/a', 'b/text', 'run', 'ä'].map((name) => [name, name === 'b/text' ? TEXT : name, time, '0o100644']),
    ]);
  });

  it('refuses a link, which would be another file elsewhere: zip', () => {
    const from = early();
    symlinkSync('/etc/passwd', path.join(from, 'link'));
    expect(() => writeZip({ from, file: path.join(folder, 'a.zip'), epoch: EPOCH })).toThrow('link is no regular file');
  });

  it('does not change the target of a link', () => {
    const from = early();
    const outside = path.join(folder, 'outside');
    writeFileSync(outside, '', { mode: 0o600 });
    symlinkSync(outside, path.join(from, 'link'));
    const before = execFileSync('stat', ['-c', '%a %Y', outside], { encoding: 'utf8' });
    settleTree(from, EPOCH);
    expect(execFileSync('stat', ['-c', '%a %Y', outside], { encoding: 'utf8' })).toBe(before);
  });
});
