import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { inRepository } from '@cardwright/stage';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { build } from 'esbuild';
import { PUBLISHED } from '../../../scripts/api/entries.mjs';

/** The two compilers of TypeScript: one may refuse what the other accepts. */
const COMPILER = 'typescript-7';
const FORMER_COMPILER = 'typescript';
const OPTIONS = ['--strict', '--skipLibCheck', 'false', '--target', 'es2023', '--lib', 'es2023,dom,dom.iterable'];
const NODE = ['--types', 'node'];
/** The ways in which a compiler finds the types of a package. */
const NODENEXT = ['--module', 'nodenext'];
const BUNDLER = ['--module', 'esnext', '--moduleResolution', 'bundler', '--noEmit'];
const PROGRAMS = path.join(import.meta.dirname, 'elsewhere');
/** Returns the platform that a package is bundled for: a server's for Node.js, all others for a page. */
const platformOf = (name: string): 'browser' | 'node' => (name === 'cms' ? 'node' : 'browser');

/** A project of someone else, outside of this repository. */
const project = mkdtempSync(path.join(tmpdir(), 'cardwright-elsewhere-'));
const inProject = (...names: string[]): string => path.join(project, ...names);
/** The environment without the options of this test's own runner. */
const env = { ...process.env, NODE_OPTIONS: '' };

function run(program: string, args: readonly string[], cwd = project): string {
  return execFileSync(program, args, { cwd, env, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

function compile(compiler: string, ...args: string[]): string {
  try {
    return run(process.execPath, [inRepository('node_modules', compiler, 'bin', 'tsc'), ...OPTIONS, ...args]);
  } catch (error) {
    // The error names only the command; its output says what is wrong.
    return String((error as { readonly stdout?: string }).stdout ?? error);
  }
}

beforeAll(() => {
  mkdirSync(inProject('archives'));
  const pack = ['pack', '--pack-destination', inProject('archives')];
  run('npm', [...pack, ...PUBLISHED.flatMap((folder) => ['-w', folder])], inRepository());
  writeFileSync(inProject('package.json'), '{ "private": true, "type": "module" }');
  const archives = readdirSync(inProject('archives')).map((file) => `./archives/${file}`);
  const quietly = ['--prefer-offline', '--no-audit', '--no-fund', '--ignore-scripts'];
  run('npm', ['install', ...quietly, ...archives, '@types/node@20']);
  for (const file of readdirSync(PROGRAMS)) copyFileSync(path.join(PROGRAMS, file), inProject(file));
});
afterAll(() => rmSync(project, { recursive: true }));

describe.each(PUBLISHED)('the archive of %s, installed elsewhere', (name) => {
  it('runs in JavaScript without a bundler', () => {
    expect(run(process.execPath, [`${name}.js`])).toBe(name);
  });

  it('has types that the compiler takes, and runs', () => {
    const output = inProject('compiled');
    expect(compile(COMPILER, ...NODENEXT, '--outDir', output, ...NODE, `${name}.ts`)).toBe('');
    expect(run(process.execPath, [path.join(output, `${name}.js`)])).toBe(name);
  });

  it('has types that the compiler finds as a bundler does', () => {
    expect(compile(COMPILER, ...BUNDLER, ...NODE, `${name}.ts`)).toBe('');
  });

  it('goes through a bundler, and then needs nothing of the project', async () => {
    await build({
      entryPoints: [inProject(`${name}.ts`)],
      absWorkingDir: project,
      outfile: inProject('alone', `${name}.mjs`),
      bundle: true,
      format: 'esm',
      platform: platformOf(name),
      external: ['node:*'],
      logLevel: 'silent',
    });
    expect(run(process.execPath, [`${name}.mjs`], inProject('alone'))).toBe(name);
  });
});

describe('the types of the archives', () => {
  // It takes seconds each time, so it gets all programs at once.
  it.each([
    ['Node.js', [...NODENEXT, '--noEmit']],
    ['a bundler', BUNDLER],
  ])('are taken by the former compiler, which finds them as %s does', (_, options) => {
    expect(compile(FORMER_COMPILER, ...options, ...NODE, ...PUBLISHED.map((name) => `${name}.ts`))).toBe('');
  });

  it('need nothing of Node.js where they are for a page', () => {
    const ofPages = PUBLISHED.filter((name) => platformOf(name) === 'browser');
    const program = ofPages.map((name) => `export * as ${name} from '@cardwright/${name}';\n`).join('');
    writeFileSync(inProject('page.ts'), `${program}import '@cardwright/sdk/elements';\n`);
    expect(compile(COMPILER, ...NODENEXT, '--noEmit', 'page.ts')).toBe('');
  });

  it('tell a wrong use', () => {
    writeFileSync(inProject('wrong.ts'), "import { memoryStore } from '@cardwright/cms';\nvoid memoryStore(1);\n");
    expect(compile(COMPILER, ...NODENEXT, '--noEmit', ...NODE, 'wrong.ts')).toMatch(/^wrong\.ts\(2,/);
  });
});
