import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';

const ROOT = path.resolve(import.meta.dirname, '../../..');
const PACKAGES = ['words', 'protocol', 'sdk', 'cms'] as const;
const TSC = path.join(ROOT, 'node_modules/typescript-7/bin/tsc');

/** A project of someone else: our archives unpacked, and beside them the packages that these name. */
const project = mkdtempSync(path.join(tmpdir(), 'cardwright-elsewhere-'));
const inProject = (...names: string[]): string => path.join(project, ...names);
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { cwd: project, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
const write = (file: string, ...lines: string[]): void => writeFileSync(inProject(file), lines.join('\n'));

/** The names of what a project has to have beside a package. */
function neededBy(folder: string): string[] {
  const { dependencies = {} } = JSON.parse(readFileSync(path.join(ROOT, folder, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>;
  };
  return Object.keys(dependencies).filter((name) => !name.startsWith('@cardwright/'));
}

beforeAll(() => {
  const ours = inProject('node_modules', '@cardwright');
  const archives = inProject('archives');
  for (const folder of [ours, archives]) mkdirSync(folder, { recursive: true });
  for (const name of PACKAGES) {
    execFileSync('npm', ['pack', '-w', name, '--pack-destination', archives], { cwd: ROOT, stdio: 'ignore' });
    mkdirSync(path.join(ours, name));
    const archive = readdirSync(archives).find((file) => file.startsWith(`cardwright-${name}-`)) ?? '';
    run('tar', '-xzf', path.join(archives, archive), '--strip-components=1', '-C', path.join(ours, name));
  }
  for (const name of new Set(PACKAGES.flatMap(neededBy))) {
    mkdirSync(path.dirname(inProject('node_modules', name)), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules', name), inProject('node_modules', name));
  }
  write('package.json', '{ "type": "module" }');
});
afterAll(() => rmSync(project, { recursive: true }));

describe('the packages, installed elsewhere', () => {
  it('run in JavaScript without a bundler', () => {
    write(
      'run.js',
      "import { createCms, memoryStore } from '@cardwright/cms';",
      "import { encodeBytes } from '@cardwright/protocol';",
      "import { words } from '@cardwright/words/on-demand/errors';",
      "import { CardwrightError, connect, explainError } from '@cardwright/sdk';",
      'const { user } = await explainError(new CardwrightError("NO_READER"));',
      'const german = await words.load("de");',
      'const functions = [createCms, memoryStore, connect].every((one) => typeof one === "function");',
      'console.log(functions, encodeBytes(Uint8Array.of(255)), user, german.NO_READER.message);',
    );
    expect(run(process.execPath, 'run.js').trim()).toBe(
      'true _w Connect one, then try again. Es ist weder ein Kartenleser noch ein Sicherheitsschlüssel angeschlossen.',
    );
  });

  it('have types, which tell a wrong use', () => {
    write(
      'typed.ts',
      "import { createCms } from '@cardwright/cms';",
      "import { isCardwrightError, type Params } from '@cardwright/protocol';",
      "import { words as english } from '@cardwright/words/en/errors';",
      "import { connect } from '@cardwright/sdk';",
      "import { AddDevice } from '@cardwright/sdk/elements/add-device';",
      'export const dialog: AddDevice = new AddDevice();',
      'export const words: string = english.NO_READER.user;',
      "export const open: Params<'device.open'> = { device: 'one' };",
      'export async function list(): Promise<number> {',
      '  try {',
      '    const client = await connect();',
      '    // @ts-expect-error it comes in steps alone',
      "    void client.call('key.generate', {});",
      "    return (await client.call('device.list', {})).devices.length;",
      '  } catch (error) {',
      "    return isCardwrightError(error, 'PIN_INCORRECT') ? (error.data.retriesLeft ?? 0) : 0;",
      '  }',
      '}',
      'void createCms;',
    );
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'es2023', '--module', 'nodenext'];
    expect(run(process.execPath, TSC, ...options, '--lib', 'es2023,dom,dom.iterable', 'typed.ts')).toBe('');
  });

  it('go through a bundler, and then need nothing of the project', async () => {
    write(
      'bundled.js',
      "import { CardwrightError, connect, isCardwrightError } from '@cardwright/sdk';",
      "const window = { location: { origin: 'https://cms.example' }, postMessage: () => undefined };",
      'const error = await connect({ window, signal: AbortSignal.abort() }).catch((one) => one);',
      "console.log(isCardwrightError(error, 'CANCELLED'), error instanceof CardwrightError);",
    );
    await build({
      entryPoints: [inProject('bundled.js')],
      absWorkingDir: project,
      outfile: inProject('alone', 'bundled.mjs'),
      bundle: true,
      format: 'esm',
      logLevel: 'silent',
    });
    const alone = execFileSync(process.execPath, ['bundled.mjs'], { cwd: inProject('alone'), encoding: 'utf8' });
    expect(alone.trim()).toBe('true true');
  });
});
