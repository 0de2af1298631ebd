import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { faulty, readMutants } from './mutants/list.mjs';
import { Workbench } from './mutants/workbench.mjs';
import { SetupError, SIGNALLED } from './run-command.mjs';
import { ROOT, runProgram } from './set-up.mjs';

/**
 * Breaks the product at one place after the other, as `tests/mutants.json` says, and runs the tests that should notice (docs/testing.md).
 * Arguments choose some: the id of a mutant, or the beginning of the path of its file. Fails if a mutant is not noticed, or if the text
 * that it replaces is not there any more.
 */

/** Number of mutants that are judged at once. Each keeps a core busy. */
const BENCHES = 2;

/** @typedef {import('./mutants/list.mjs').Mutant} Mutant */
/** @typedef {{ what: 'noticed' | 'equivalent' | 'unnoticed' | 'stale', floor: string }} Outcome */

const scratch = mkdtempSync(path.join(tmpdir(), 'cardwright-mutants-'));
process.once('exit', () => rmSync(scratch, { recursive: true, force: true }));
for (const [signal, number] of /** @type {const} */ ([
  ['SIGINT', 2],
  ['SIGTERM', 15],
])) {
  process.once(signal, () => process.exit(SIGNALLED + number));
}

await runProgram(async () => {
  const chosen = choose(readMutants(ROOT).mutants, process.argv.slice(2));
  const start = performance.now();
  const benches = await Promise.all(
    Array.from({ length: BENCHES }, (_, index) => Workbench.open(path.join(scratch, String(index)))),
  );
  try {
    await demandThatTestsPass(benches, chosen);
    const outcomes = await share(benches, chosen, judge);
    tell(outcomes, (performance.now() - start) / 1000);
    return outcomes.every(({ what }) => what === 'noticed' || what === 'equivalent') ? 0 : 1;
  } finally {
    await Promise.all(benches.map((bench) => bench.close()));
  }
});

/** @param {readonly Mutant[]} mutants @param {string[]} names */
function choose(mutants, names) {
  const unknown = names.filter((name) => !mutants.some((mutant) => isNamed(mutant, name)));
  if (unknown.length > 0) throw new SetupError(`No mutant is called so or is in such a file: ${unknown.join(', ')}`);
  return mutants.filter((mutant) => names.length === 0 || names.some((name) => isNamed(mutant, name)));
}

/** @param {Mutant} mutant @param {string} name */
function isNamed({ id, file }, name) {
  return id === name || file.startsWith(name);
}

/** A test that fails anyway would notice everything. @param {Workbench[]} benches @param {Mutant[]} mutants */
async function demandThatTestsPass(benches, mutants) {
  const tests = [...new Set(mutants.flatMap((mutant) => mutant.tests))].sort();
  await share(benches, tests, async (bench, test) => {
    const named = mutants.filter((mutant) => mutant.tests.includes(test)).map(({ only }) => only);
    const { failed, broken } = await bench.judge(test, named.includes(undefined) ? undefined : named.join('|'));
    const wrong = failed ?? broken;
    if (wrong !== undefined) throw new SetupError(`Without any mutant, ${test} fails already: ${wrong}`);
  });
  console.log(`The tests of ${tests.length} files pass without a mutant.`);
}

/** @param {Workbench} bench @param {Mutant} mutant @returns {Promise<Outcome>} */
async function judge(bench, mutant) {
  const { what, floor, words } = await outcomeOf(bench, mutant);
  console.log(`${what.padEnd(10)} ${mutant.id}: ${words}`);
  return { what, floor };
}

/** @param {Workbench} bench @param {Mutant} mutant @returns {Promise<Outcome & { words: string }>} */
async function outcomeOf(bench, mutant) {
  try {
    faulty(ROOT, mutant);
  } catch (error) {
    return { what: 'stale', floor: '', words: error instanceof Error ? error.message : String(error) };
  }
  const { failed, broken, seconds } = await bench.judgeMutant(mutant);
  const time = `in ${seconds.toFixed(1)} s`;
  const where = `${mutant.file}, ${JSON.stringify(mutant.text)}`;
  if (broken !== undefined) return { what: 'unnoticed', floor: '', words: `its tests do not run: ${broken}` };
  if (mutant.equivalent !== undefined) {
    if (failed === undefined) return { what: 'equivalent', floor: '', words: mutant.equivalent };
    return { what: 'unnoticed', floor: '', words: `is not equivalent: noticed by ${failed} ${time}` };
  }
  if (failed === undefined) return { what: 'unnoticed', floor: '', words: `${where}: nobody noticed ${time}` };
  return { what: 'noticed', floor: failed.split('/')[0] ?? '', words: `by ${failed} ${time}` };
}

/** Hands work to whoever is free, in order, until one fails. @template W, R @param {Workbench[]} benches @param {readonly W[]} work @param {(bench: Workbench, one: W) => Promise<R>} act @returns {Promise<R[]>} */
async function share(benches, work, act) {
  /** @type {R[]} */
  const results = [];
  let next = 0;
  await Promise.all(
    benches.map(async (bench) => {
      while (next < work.length) {
        const at = next++;
        try {
          results[at] = await act(bench, /** @type {W} */ (work[at]));
        } catch (error) {
          next = work.length;
          throw error;
        }
      }
    }),
  );
  return results;
}

/** @param {Outcome[]} outcomes @param {number} seconds */
function tell(outcomes, seconds) {
  const count = (/** @type {Outcome['what']} */ what) => outcomes.filter((outcome) => outcome.what === what).length;
  /** @type {Map<string, number>} */
  const floors = new Map();
  for (const { what, floor } of outcomes) if (what === 'noticed') floors.set(floor, (floors.get(floor) ?? 0) + 1);
  const byFloor = Array.from(floors, ([floor, noticed]) => `${floor} ${noticed}`).join(', ');
  console.log(
    `${outcomes.length} mutants in ${(seconds / 60).toFixed(1)} min: ${count('noticed')} noticed (${byFloor}), ` +
      `${count('equivalent')} equivalent, ${count('unnoticed')} unnoticed, ${count('stale')} stale`,
  );
}
