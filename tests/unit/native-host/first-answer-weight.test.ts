// Needs the build.
import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Metafile } from 'esbuild';
import { bundle } from '../../../native-host/build.mjs';

const KB = 1024;
/** The limit for what Node.js reads, compiles and runs before the first answer of a host, in bytes. */
const MOST = 44 * KB;
/** Packages of others that the first answer needs. */
const OTHERS = ['valibot'];
/** Modules of Node.js that it needs. All but `node:crypto`, which takes milliseconds, are loaded when Node.js itself has started. */
const OF_NODE = ['node:crypto', 'node:events', 'node:fs', 'node:module', 'node:os', 'node:path'];

describe('what a host loads before its first answer', () => {
  let main: Metafile['outputs'][string];
  let later: Metafile;

  beforeAll(async () => {
    const results = await bundle({ write: false });
    const { outputs } = results.main.metafile;
    const [name, ...more] = Object.keys(outputs).filter((file) => file.endsWith('.js'));
    const output = name === undefined ? undefined : outputs[name];
    if (!output || more.length > 0) throw new Error('the first answer needs more than one file');
    main = output;
    later = results.later.metafile;
  });

  /** Modules of which something was bundled. */
  const modules = (): string[] =>
    Object.entries(main.inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []));

  it('is one file of limited size', () => {
    expect(main.bytes).toBeGreaterThan(0);
    expect(main.bytes).toBeLessThanOrEqual(MOST);
  });

  it('has nothing of a package that a session needs later', () => {
    const packages = modules().flatMap((file) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(file)?.[1] ?? []);
    expect([...new Set(packages)]).toEqual(OTHERS);
  });

  it('knows no card and no reader', () => {
    const rooms = modules().flatMap((file) => /^native-host\/src\/(.*\/)/.exec(file)?.[1] ?? []);
    expect([...new Set(rooms)]).toEqual(['server/', 'system/']);
  });

  it('asks Node.js for few of its modules', () => {
    const required = main.imports.filter(({ kind }) => kind === 'require-call').map(({ path }) => path);
    expect([...new Set(required)].sort()).toEqual(OF_NODE);
  });

  it('loads the rest, and the command line, on demand from files that the build writes', () => {
    const onDemand = main.imports.flatMap(({ kind, path }) =>
      kind === 'dynamic-import' && path.startsWith('./') ? [path] : [],
    );
    const written = Object.keys(later.outputs).map((file) => `./${file.replace(/^.*\//, '')}`);
    expect(onDemand).toEqual(expect.arrayContaining(['./browser-session.mjs', './command-line.mjs']));
    expect(onDemand.filter((file) => !written.includes(file))).toEqual([]);
  });
});
