// Needs the build.
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { builtVersion } from '../../../support/built-version.js';
import { everyOrOneIn } from '../../../support/thorough.js';

const ROOT = fileURLToPath(new URL('../../../..', import.meta.url));
const BIN = path.join(ROOT, 'native-host', 'bin', 'cardwright-host.mjs');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

interface Ended {
  readonly code: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

const run = (program: string, args: readonly string[]): Promise<Ended> =>
  new Promise((resolve) => {
    execFile(program, args, { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });

describe('the host by hand', () => {
  it('starts as docs/try.md says, without any registry', async () => {
    const outcome = await run('npm', ['run', '--silent', '--offline', 'host', '--', '--version']);
    expect(outcome).toMatchObject({ code: 0, stdout: `${builtVersion('native-host')}\n` });
    expect(read('docs/try.md')).toContain('npm run host -- list');
  });

  it.each(['docs/try.md', 'installers/README.md', 'docs/architecture.md'])(
    'is never fetched by name in %s',
    (document) => expect(read(document)).not.toMatch(/npx (-\S+ )*cardwright-host/),
  );

  it('is linked by npm in a fresh clone, because its entry script is committed', async () => {
    expect(JSON.parse(read('native-host/package.json'))).toMatchObject({
      bin: { 'cardwright-host': 'bin/cardwright-host.mjs' },
    });
    const { stdout } = await run('git', ['ls-files', '--stage', 'native-host/bin/cardwright-host.mjs']);
    expect(stdout).toMatch(/^100755 /);
  });

  it('says what to do if it was not built', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-unbuilt-'));
    try {
      cpSync(path.dirname(BIN), path.join(folder, 'bin'), { recursive: true });
      const outcome = await run(process.execPath, [path.join(folder, 'bin', path.basename(BIN)), 'list']);
      expect(outcome).toEqual({ code: 1, stdout: '', stderr: expect.stringContaining('npm run build') });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each(['list', '--version'])('ends quietly when nobody reads the output of %s', async (command) => {
    const child = spawn(process.execPath, [BIN, command], { stdio: ['ignore', 'pipe', 'pipe'] });
    child.stdout.destroy();
    const errors: string[] = [];
    child.stderr.setEncoding('utf8').on('data', (text: string) => errors.push(text));
    const closed: unknown[] = await once(child, 'close');
    expect({ code: closed[0], errors: errors.join('') }).toEqual({ code: 141, errors: '' });
  });

  it.each(everyOrOneIn(3, [[[]], [['--help']], [['-h']], [['help']], [['help', '--help']]]))(
    'explains itself on request: %j',
    async (args) => {
      const { code, stdout, stderr } = await run(process.execPath, [BIN, ...args]);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      for (const term of ['list', 'doctor', 'bundle write [FILE]', 'bundle read FILE', 'logs', 'policy remove'])
        expect(stdout).toContain(`\n  ${term} `);
    },
  );

  it.each(
    everyOrOneIn<[string[], string[]]>(3, [
      [['doctor', '--help'], ['doctor [--json | --watch]']],
      [['help', 'doctor'], ['doctor [--json | --watch]']],
      [['doctor', '--json', '-h'], ['doctor [--json | --watch]']],
      [
        ['bundle', '--help'],
        ['bundle write [FILE]', 'bundle read FILE'],
      ],
      [['bundle', 'read', '--help'], ['bundle read FILE']],
    ]),
  )('explains a command without running it: %j', async (args, usages) => {
    const { code, stdout, stderr } = await run(process.execPath, [BIN, ...args]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect([...stdout.matchAll(/^Usage: cardwright-host (.*)$/gm)].map(([, usage]) => usage)).toEqual(usages);
  });

  it.each(
    everyOrOneIn<[string[], number, RegExp]>(4, [
      [['doctor', '--quick'], 2, /no option --quick/],
      [['help', 'explode'], 2, /no command "explode"/],
      [['--version', 'list'], 2, /--version/],
      [['install', '--system', '--browser-dir', '/tmp'], 2, /exclude each other/],
      [['install', '--firefox'], 2, /--browser-dir/],
      [['logs', '--lines', 'all'], 2, /NUMBER/],
      [['install', '--browser-dir', '/no/such/folder'], 1, /^\/no\/such\/folder is no folder\n$/],
      [['install', '--system'], 1, /needs a packaged host/],
      [['bundle', '/no/such/file'], 2, /`bundle write` or `bundle read`/],
      [['bundle', 'read', '/no/such/file'], 1, /^\/no\/such\/file cannot be read\n$/],
      [['explode'], 2, /help COMMAND/],
    ]),
  )('rejects %j', async (args, code, words) => {
    const outcome = await run(process.execPath, [BIN, ...args]);
    expect(outcome).toMatchObject({ code, stdout: '', stderr: expect.stringMatching(words) });
  });
});
