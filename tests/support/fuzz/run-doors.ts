import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { inRepository } from '@cardwright/stage';
import { build, type Plugin } from 'esbuild';
import * as v from 'valibot';
import { entriesOf } from '../../../scripts/api/entries.mjs';

const counts = v.record(v.string(), v.object({ tried: v.number(), taken: v.number() }));
/** Exit code and signal of a process. */
const end = v.looseTuple([v.nullable(v.number()), v.nullable(v.string())]);

/** How many cases each door was tried with, and how many it took. */
export type DoorCounts = v.InferOutput<typeof counts>;

/** Looks at the record, one each second, that find the same case before its process is killed. An honest case takes less than a hundredth of a second. */
const LONGEST_CASE = 60;

/** Kills a process that tries the same case for so many looks. Returns a function that ends the looking. */
function killHanging(most: number, read: () => string, child: ChildProcess): () => void {
  let [last, looks] = ['', 0];
  const watch = setInterval(() => {
    const now = read();
    looks = now === last ? looks + 1 : 0;
    last = now;
    if (looks >= most) child.kill('SIGKILL');
  }, 1000);
  return () => clearInterval(watch);
}

/** A program that tries all doors, bundled from the sources, so that any version of Node.js can run it. */
export class DoorProgram {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'cardwright-fuzz-'));
  readonly #program = path.join(this.#folder, 'try-doors.mjs');

  static async build(): Promise<DoorProgram> {
    const program = new DoorProgram();
    await build({
      entryPoints: [inRepository('tests', 'support', 'fuzz', 'try-doors.ts')],
      outfile: program.#program,
      bundle: true,
      keepNames: true,
      format: 'esm',
      platform: 'node',
      target: 'node20',
      banner: {
        js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);",
      },
      plugins: [fromSources],
      logLevel: 'warning',
    });
    return program;
  }

  /**
   * Tries the doors in a process of its own.
   *
   * @param node path of the Node.js that runs it
   * @throws Error with the seed, the last case and what the process said, if the process dies or a door fails
   */
  async run(node: string, seed: number, cases: number): Promise<DoorCounts> {
    const record = path.join(this.#folder, `case-${seed}-${randomUUID()}`);
    const descriptor = openSync(record, 'w');
    try {
      const child = spawn(node, [this.#program, String(seed), String(cases)], {
        stdio: ['pipe', 'pipe', 'pipe', descriptor],
      });
      if (!child.stdout || !child.stderr) throw new Error('expected pipes');
      const stopLooking = killHanging(LONGEST_CASE, () => readFileSync(record, 'utf8'), child);
      const [out, said, ended] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
      stopLooking();
      const [code, signal] = v.parse(end, ended);
      if (code === 0) return v.parse(counts, JSON.parse(out));
      const last = readFileSync(record, 'utf8').trim();
      throw new Error(
        `${node} ended with ${String(code ?? signal)}. CARDWRIGHT_SEED=${seed}. The last case was ${last}\n${said.slice(0, 4000)}`,
      );
    } finally {
      closeSync(descriptor);
    }
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const sources = new Map(
  ['words', 'protocol', 'cms'].flatMap(entriesOf).map(({ specifier, source }) => [specifier, inRepository(source)]),
);

/** Resolves the product's packages to their sources, so that nothing need be built before. */
const fromSources: Plugin = {
  name: 'from-sources',
  setup(build) {
    build.onResolve({ filter: /^@cardwright\// }, ({ path: specifier }) => {
      const found = sources.get(specifier);
      return found === undefined ? undefined : { path: found };
    });
  },
};
