import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { inRepository } from '@cardwright/stage';

const { commitOf, writeCommit } = (await import(inRepository('scripts', 'build-id.mjs'))) as {
  commitOf: (root: string, archived?: string) => string | null;
  writeCommit: (root: string, commit: string | null) => void;
};

let root: string;
beforeEach(() => {
  root = mkdtempSync(path.join(tmpdir(), 'cardwright-build-id-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
    cwd: root,
    encoding: 'utf8',
  }).trim();
function commit(text: string): string {
  writeFileSync(path.join(root, 'file'), text);
  git('add', '--all');
  git('commit', '--quiet', '--message', text);
  return `g${git('rev-parse', 'HEAD').slice(0, 8)}`;
}

it('tells two commits apart, and what was changed since', () => {
  git('init', '--quiet');
  const first = commit('one');
  expect(commitOf(root)).toBe(first);
  const second = commit('two');
  expect(second).not.toBe(first);
  expect(commitOf(root)).toBe(second);
  writeFileSync(path.join(root, 'file'), 'three');
  expect(commitOf(root)).toBe(`${second}.changed`);
});

it('is in a source archive, and unknown where neither git nor an archive tells', () => {
  expect(readFileSync(inRepository('.gitattributes'), 'utf8')).toContain('scripts/commit.txt export-subst');
  const archived = path.join(root, 'commit.txt');
  expect(commitOf(root, archived)).toBeNull();
  writeFileSync(archived, readFileSync(inRepository('scripts', 'commit.txt')));
  expect(commitOf(root, archived)).toBeNull();
  writeFileSync(archived, `${'4dc5a622'.repeat(5)}\n`);
  expect(commitOf(root, archived)).toBe('g4dc5a622');
});

it('is written into what was built, twice with the same bytes', () => {
  const files = [
    'native-host/dist/bundle/build.json',
    'portal/dist/bundle/build.json',
    'extension/dist/chromium/manifest.json',
  ];
  for (const file of files) {
    mkdirSync(path.join(root, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(root, file), '{"version":"0.1.0"}');
  }
  const contents = (): unknown[] =>
    files.map((file): unknown => JSON.parse(readFileSync(path.join(root, file), 'utf8')));
  writeCommit(root, 'g4dc5a622');
  const first = contents();
  writeCommit(root, 'g4dc5a622');
  expect(contents()).toEqual(first);
  expect(first).toEqual([
    { version: '0.1.0', commit: 'g4dc5a622' },
    { version: '0.1.0', commit: 'g4dc5a622' },
    { version: '0.1.0', version_name: '0.1.0+g4dc5a622' },
  ]);
  writeCommit(root, null);
  expect(contents()).toEqual(files.map(() => ({ version: '0.1.0' })));
});
