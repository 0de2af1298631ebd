import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { freePort, inRepository, TiedProcess } from '@cardwright/stage';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { PUBLISHED } from '../../../scripts/api/entries.mjs';
import { packagesBehind } from '../../support/packages-behind.js';

/** The repository of a portal's author. */
const project = mkdtempSync(path.join(tmpdir(), 'cardwright-elsewhere-'));
/** Without what the runner of this test says to its own processes. */
const env = { ...process.env, NODE_OPTIONS: '' };
let portal: TiedProcess;
let address: string;

function run(program: string, args: readonly string[], { cwd = project, more = {}, input = '' } = {}): string {
  return execFileSync(program, args, { cwd, env: { ...env, ...more }, encoding: 'utf8', stdio: 'pipe', input });
}

async function startPortal(): Promise<{ readonly portal: TiedProcess; readonly address: string }> {
  const started = await TiedProcess.start(process.execPath, [path.join(project, 'server.mjs')], {
    env: { ...env, PORT: String(await freePort()) },
  });
  const [, told = ''] = await started.line(/The sample portal is (http:\/\/localhost:\d+)/);
  return { portal: started, address: told };
}

/** The code blocks of a document in one language, or in none. */
function blocksOf(document: string, language = ''): string[] {
  const text = readFileSync(inRepository('docs', document), 'utf8');
  const blocks = [...text.matchAll(/^```(\w*)\n(.*?)^```$/gms)];
  return blocks.flatMap(([, name, block = '']) => (name === language ? [block] : []));
}

/** The orders to the simulator that a guide gives. */
const ordersOf = (document: string): string => blocksOf(document).find((block) => /^(click|wait) /.test(block)) ?? '';

/** Reads from docs/operations.md the commands to run and the lines to write. */
function operationsGuide() {
  const install = blocksOf('operations.md').find((block) => block.startsWith('npm install ')) ?? '';
  const [imports, offer] = blocksOf('operations.md', 'js');
  const [elements] = blocksOf('operations.md', 'html');
  return { install, imports, offer, elements };
}

function change(file: string, by: (text: string) => string): void {
  const place = path.join(project, file);
  writeFileSync(place, by(readFileSync(place, 'utf8')));
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
  ({ portal, address } = await startPortal());
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

  it('issue a card', () => {
    expect(() => test('test_1_a_new_card_is_issued')).not.toThrow();
  });

  it('run all tests of the sample', () => {
    const python = ['-B', 'cards_test.py'];
    run('/usr/bin/python3', python, { more: { PORTAL: address } });
    const photographs = readdirSync(project).filter((file) => file.endsWith('.png'));
    expect(photographs).toHaveLength(3);
  });

  /** Gives the simulator orders, and returns what it says. */
  function give(orders: string, at: string): string {
    const simulator = ['cardwright-simulator', '--headless', '--portal', at, '--order', 'insert yubikey'];
    return run('npm', ['exec', '--', ...simulator], { input: orders });
  }

  it('carry out the orders that docs/integrate.md gives without a display', () => {
    const said = give(ordersOf('integrate.md'), address);
    expect(said).toContain('Your YubiKey is ready');
    expect(said).toContain('YubiKey: active');
  });

  it('run the operation of docs/operations.md, which continues after the card was pulled', async () => {
    const { install, imports = '', offer = '', elements = '' } = operationsGuide();
    copyFileSync(inRepository('tests', 'engine', 'support', 'toy-operation.ts'), path.join(project, 'stamp.ts'));
    run('sh', ['-e', '-c', install]);
    change('server.mjs', (text) => imports + text.replace(/^const cms = .*\n/m, offer));
    change('page.html', (text) => text.replace('</html>', `${elements}</html>`));
    const own = await startPortal();
    const said = give(ordersOf('integrate.md') + ordersOf('operations.md'), own.address);
    await own.portal.stop();
    expect(said).toContain('CARD_REMOVED');
    expect(said.match(/Your YubiKey is ready/g)).toHaveLength(1);
    expect(said).toContain('Stamped');
  });

  it('have nothing that only their build needs, and the licence', () => {
    for (const name of packagesBehind('simulator')) {
      const files = readdirSync(path.join(project, 'node_modules', '@cardwright', name));
      expect(files).toContain('LICENSE');
      expect(files.filter((file) => /tsconfig|^src$|build\./.test(file) && !PUBLISHED.includes(name))).toEqual([]);
    }
  });
});
