import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { removeStaleOutputs } from '../../../scripts/stale-outputs.mjs';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'cardwright-outputs-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function write(...files: string[]): void {
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), '');
  }
}

/** The files that the compiler writes for a source. */
const outputsOf = (module: string): string[] =>
  ['.d.ts', '.d.ts.map', '.js', '.js.map'].map((ending) => `dist/${module}${ending}`);

const left = (): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.startsWith('dist/'))
    .sort();

describe('the outputs of a build', () => {
  it('lose what belongs to a source that is gone, and the folders that become empty', () => {
    write('src/kept.ts', ...outputsOf('kept'), ...outputsOf('gone'));
    write('src/room/kept.ts', ...outputsOf('room/kept'), ...outputsOf('room/gone'), ...outputsOf('old/deep/gone'));
    removeStaleOutputs(folder);
    expect(left()).toEqual([...outputsOf('kept'), 'dist/room', ...outputsOf('room/kept')].sort());
  });

  it('lose a module whose outputs were removed in part', () => {
    write('dist/gone.d.ts', 'dist/gone.js');
    removeStaleOutputs(folder);
    expect(left()).toEqual([]);
  });

  it('keep what others than the compiler write', () => {
    const others = [
      'dist/.tsbuildinfo',
      'dist/bundle/main.js',
      'dist/bundle/chunk-1.mjs',
      'dist/bundle/main.js.map',
      'dist/program.so',
      'dist/public/login.html',
    ];
    write(...others, ...outputsOf('old/gone'), 'dist/old/data.json');
    removeStaleOutputs(folder);
    expect(left()).toEqual([...others, 'dist/bundle', 'dist/old', 'dist/old/data.json', 'dist/public'].sort());
  });

  it('may not be there', () => {
    write('src/new.ts');
    expect(() => removeStaleOutputs(folder)).not.toThrow();
  });
});
