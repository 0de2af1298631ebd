// Needs the build.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { LAST_LINES } from '../../../scripts/ending.mjs';

/** Runs `scripts/test.mjs` in a copy of the clone whose only tests are planted. */

const ROOT = path.resolve(import.meta.dirname, '../../..');
const PLANTED = {
  green: `it('is green', () => expect(1).toBe(1));`,
  everySecondTime: `
    import { existsSync, writeFileSync } from 'node:fs';
    it('is green', () => expect(1).toBe(1));
    it('fails every second time', () => {
      const ran = existsSync('ran');
      writeFileSync('ran', '');
      expect(ran).toBe(true);
    });`,
  always: `it('always fails', () => expect(1).toBe(2));`,
  hangs: `
    const never = () => new Promise(() => {});
    it('hangs', async () => {
      await never();
    }, 500);`,
  setUp: `
    beforeAll(() => { throw new Error('no database'); });
    it('has no database', () => expect(1).toBe(1));`,
  loud: `it('prints', () => console.log('words'));`,
} as const;

let clone: string;
beforeAll(() => {
  clone = mkdtempSync(path.join(tmpdir(), 'cardwright-planted-'));
  for (const name of readdirSync(ROOT)) {
    if (['.git', '.cache', 'tests', 'scripts'].includes(name)) continue;
    symlinkSync(path.join(ROOT, name), path.join(clone, name));
  }
  // Node takes a linked script for the one that it links to.
  rmSync(path.join(clone, 'jest.config.js'));
  for (const name of ['scripts', 'jest.config.js'])
    cpSync(path.join(ROOT, name), path.join(clone, name), { recursive: true });
  mkdirSync(path.join(clone, 'tests', 'dist'), { recursive: true });
  symlinkSync(path.join(ROOT, 'tests', 'dist', 'libraries'), path.join(clone, 'tests', 'dist', 'libraries'));
  for (const name of readdirSync(path.join(ROOT, 'tests')))
    if (/\.(?:mjs|json)$|^node-versions$/.test(name))
      cpSync(path.join(ROOT, 'tests', name), path.join(clone, 'tests', name), { recursive: true });
});
afterAll(() => rmSync(clone, { recursive: true }));

/** Plants some tests, runs all as `npm test` does after the set-up, and returns the lines that are printed. */
function run(names: readonly (keyof typeof PLANTED)[], ...args: string[]): { lines: string[]; status: number | null } {
  rmSync(path.join(clone, 'tests', 'unit'), { recursive: true, force: true });
  rmSync(path.join(clone, 'ran'), { force: true });
  mkdirSync(path.join(clone, 'tests', 'unit'));
  for (const name of names)
    writeFileSync(
      path.join(clone, 'tests', 'unit', `${name}.test.ts`),
      `import { beforeAll, expect, it } from '@jest/globals';\n${PLANTED[name]}\nvoid beforeAll;\n`,
    );
  const { stdout, stderr, status } = spawnSync(process.execPath, ['scripts/test.mjs', ...args], {
    cwd: clone,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
  });
  return { lines: `${stderr}\n${stdout}`.trimEnd().split('\n'), status };
}

it('is green if a file fails every second time, and names the file, the test and its first failure as unsteady', () => {
  const { lines, status } = run(['green', 'everySecondTime']);
  expect(lines.slice(-7)).toEqual([
    'Unsteady: failed, and passed when its file ran once more, alone:',
    '  ✕ tests/unit/everySecondTime.test.ts › fails every second time',
    '      Error: expect(received).toBe(expected) // Object.is equality',
    '      Expected: true',
    '      Received: false',
    expect.stringMatching(/^ {6}at tests\/unit\/everySecondTime\.test\.ts:\d+:\d+$/),
    '3 passed, 0 failed',
  ]);
  expect(status).toBe(0);
});

it('is red with --once', () => {
  const { lines, status } = run(['everySecondTime'], '--once');
  expect(lines).toContain('  ✕ tests/unit/everySecondTime.test.ts › fails every second time');
  expect(lines.at(-1)).toBe('1 passed, 1 failed');
  expect(status).toBe(1);
});

it('is red if a file fails twice, and names each failing test with its reason in the last lines', () => {
  const { lines, status } = run(['green', 'always', 'hangs', 'setUp', 'loud']);
  const last = lines.slice(-LAST_LINES).join('\n');
  expect(last).toMatch(/always\.test\.ts › always fails\n.*\n.*Expected: 2\n.*Received: 1\n/);
  expect(last).toMatch(
    /hangs\.test\.ts › hangs\n.*Exceeded timeout of 500 ms.*\n.*It waited at tests\/unit\/hangs\.test\.ts:\d+/,
  );
  expect(last).toMatch(/setUp\.test\.ts › has no database\n.*no database/);
  expect(last).toMatch(/loud\.test\.ts › passes, but prints to the console\n.*words/);
  expect(lines.at(-1)).toBe('2 passed, 4 failed');
  expect(status).toBe(1);
});
