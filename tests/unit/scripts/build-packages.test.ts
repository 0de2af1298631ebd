import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const TYPESCRIPT = 'node_modules/typescript-7';
const NATIVE = `node_modules/@typescript/typescript-${process.platform}-${process.arch}`;
const SHARED = ['package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.base.json'];
const { workspaces } = createRequire(import.meta.url)(path.join(ROOT, 'package.json')) as { workspaces: string[] };

/** Builds the clone, and prints the result. */
const BUILD = `
  const { build } = await import(process.argv[1]);
  console.log(await build(Promise.resolve()).then(() => 'built', ({ message }) => message));
`;

let clone: string;

/** A clone with empty packages, and TypeScript's launcher with a stand-in for its native compiler. */
beforeEach(() => {
  clone = mkdtempSync(path.join(tmpdir(), 'cardwright-build-'));
  for (const name of ['scripts', ...SHARED]) cpSync(path.join(ROOT, name), path.join(clone, name), { recursive: true });
  for (const name of workspaces) mkdirSync(path.join(clone, name));
  // There is nothing to report of empty packages.
  writeFileSync(path.join(clone, 'scripts', 'api', 'report.mjs'), 'export const writeReports = () => undefined;');
  // Languages are found beside English.
  mkdirSync(path.join(clone, 'words', 'src', 'en'), { recursive: true });
  for (const name of ['package.json', 'bin/tsc', 'lib/tsc.js', 'lib/getExePath.js'])
    cpSync(path.join(ROOT, TYPESCRIPT, name), path.join(clone, TYPESCRIPT, name));
  mkdirSync(path.join(clone, NATIVE, 'lib'), { recursive: true });
  writeFileSync(path.join(clone, NATIVE, 'package.json'), '{}');
});

afterEach(() => rmSync(clone, { recursive: true }));

/** Returns the last line of a build whose compiler is this shell script. */
function lastLineWith(compiler: string): string | undefined {
  writeFileSync(path.join(clone, NATIVE, 'lib', 'tsc'), `#!/bin/sh\n${compiler}\n`, { mode: 0o755 });
  const script = path.join(clone, 'scripts', 'build-packages.mjs');
  const printed = execFileSync(process.execPath, ['--input-type=module', '--eval', BUILD, script], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return printed.trim().split('\n').at(-1);
}

const stamp = (): boolean => existsSync(path.join(clone, '.cache', 'build.json'));

describe('a build', () => {
  it('succeeds if the compiler found no error, and is not repeated', () => {
    expect(lastLineWith('exit 0')).toBe('built');
    expect(stamp()).toBe(true);
    expect(lastLineWith('exit 1')).toBe('built');
  });

  it.each([1, 2])('stops for errors in the sources if the compiler ends with %i', (code) => {
    expect(lastLineWith(`exit ${code}`)).toMatch(
      /TypeScript does not compile\. The errors above name file and line\.$/,
    );
    expect(stamp()).toBe(false);
  });

  it.each([
    ['KILL', 137],
    ['TERM', 143],
    ['SEGV', 139],
  ])('reports that the compiler was ended by a signal, and blames no source, after SIG%s', (signal, code) => {
    expect(lastLineWith(`kill -${signal} $$`)).toBe(`The compiler was ended by a signal (exit code ${code}).`);
    expect(stamp()).toBe(false);
  });

  it('starts again after an interrupted one', () => {
    lastLineWith('kill -KILL $$');
    expect(lastLineWith('exit 0')).toBe('built');
  });
});
