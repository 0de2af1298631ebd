import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, inRepository, TiedProcess } from '@cardwright/stage';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PUBLISHED } from '../../../scripts/api/entries.mjs';
import { packagesBehind } from '../../support/packages-behind.js';

/** Milliseconds from the start of the simulator to the first issued card. */
const FIRST_CARD_MS = 60_000;

/** The repository of a portal's author. */
const project = mkdtempSync(path.join(tmpdir(), 'cardwright-elsewhere-'));
/** Without what the runner of this test says to its own processes. */
const env = { ...process.env, NODE_OPTIONS: '' };
let portal: TiedProcess;
let address: string;

function run(program: string, args: readonly string[], { cwd = project, more = {}, input = '' } = {}): string {
  return execFileSync(program, args, { cwd, env: { ...env, ...more }, encoding: 'utf8', stdio: 'pipe', input });
}

beforeAll(async () => {
  const archives = path.join(project, 'archives');
  mkdirSync(archives);
  const packages = [...new Set([...packagesBehind('simulator'), ...PUBLISHED])];
  run('npm', ['pack', '--pack-destination', archives, ...packages.flatMap((one) => ['-w', one])], {
    cwd: inRepository(),
  });
  for (const folder of [inRepository('docs', 'sample-portal'), inRepository('docs', 'sample-tests')])
    for (const file of readdirSync(folder)) copyFileSync(path.join(folder, file), path.join(project, file));
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  const files = readdirSync(archives).map((file) => `./archives/${file}`);
  run('npm', ['install', ...quietly, ...files]);
  portal = await TiedProcess.start(process.execPath, [path.join(project, 'server.mjs')], {
    env: { ...env, PORT: String(await freePort()) },
  });
  [, address = ''] = await portal.line(/The sample portal is (http:\/\/localhost:\d+)/);
});
afterAll(async () => {
  await portal.stop();
  rmSync(project, { recursive: true });
});

describe('the packages of the simulator, installed in the repository of a portal', () => {
  /** Runs one test of the sample with the simulator that is installed there. */
  function test(name: string): string {
    const python = ['-B', '-m', 'unittest', `cards_test.Cards.${name}`];
    return run('/usr/bin/python3', python, { more: { PORTAL: address } });
  }

  it('issue a card in less than a minute', () => {
    const begin = Date.now();
    test('test_1_a_new_card_is_issued');
    expect(Date.now() - begin).toBeLessThan(FIRST_CARD_MS);
  });

  it('run all tests of the sample', () => {
    const python = ['-B', 'cards_test.py'];
    run('/usr/bin/python3', python, { more: { PORTAL: address } });
    const photographs = readdirSync(project).filter((file) => file.endsWith('.png'));
    expect(photographs).toHaveLength(3);
  });

  it('carry out the orders that docs/integrate.md gives without a display', () => {
    const guide = readFileSync(inRepository('docs', 'integrate.md'), 'utf8');
    const [, orders = ''] = /\n```\n(click .*?)```\n/s.exec(guide) ?? [];
    const simulator = ['cardwright-simulator', '--headless', '--portal', address, '--order', 'insert yubikey'];
    expect(run('npx', simulator, { input: orders })).toContain('Your YubiKey is ready');
  });

  it('have nothing that only their build needs, and the licence', () => {
    for (const name of packagesBehind('simulator')) {
      const files = readdirSync(path.join(project, 'node_modules', '@cardwright', name));
      expect(files).toContain('LICENSE');
      expect(files.filter((file) => /tsconfig|^src$|build\./.test(file) && !PUBLISHED.includes(name))).toEqual([]);
    }
  });
});
