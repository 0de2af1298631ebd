import { randomInt } from 'node:crypto';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { runGuided } from './guided/run-guided.js';
import type { Job, Outcome } from './jobs.js';
import { runJobs } from './run-jobs.js';
import { TARGETS } from './targets.js';

/**
 * `npm run fuzz -- [TARGET …] [--seed N] [--cases N | --share N | --show N]`: sends hostile input to every door, or to those that are named. `--share N`
 * sends one in N of the cases, all from one process; otherwise each target has a process of its own, and two run at once. `--show N` prints an input.
 * `--guided SECONDS` lets what the inputs reach guide which are tried next, for so long each.
 */
const PROCESSES = 2;
const HIGHEST_SEED = 2 ** 31 - 1_000_000;
const CHILD = path.join(import.meta.dirname, 'child.js');

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    seed: { type: 'string' },
    cases: { type: 'string' },
    share: { type: 'string' },
    show: { type: 'string' },
    guided: { type: 'string' },
  },
});
const unknown = positionals.filter((name) => !TARGETS.some((target) => target.name === name));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. The targets: ${TARGETS.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const seed = Number(values.seed ?? randomInt(HIGHEST_SEED));
const [first = TARGETS[0]?.name ?? ''] = positionals;
if (values.guided !== undefined) {
  console.log(`seed ${seed}`);
  process.exitCode = (await runGuided(positionals, seed, Number(values.guided))) === 0 ? 0 : 1;
} else if (values.show === undefined) process.exitCode = await fuzz();
else {
  console.log(await showInput(first, seed, Number(values.show)));
  process.exit(0);
}

async function fuzz(): Promise<number> {
  console.log(`seed ${seed}`);
  const jobs = TARGETS.filter(({ name }) => positionals.length === 0 || positionals.includes(name)).map(
    ({ name: target, cases }): Job => ({
      target,
      seed,
      cases: Number(values.cases ?? Math.ceil(cases / Number(values.share ?? 1))),
      isMeasured: values.share === undefined,
    }),
  );
  const began = Date.now();
  const outcomes: Outcome[] = [];
  const waiting = values.share === undefined ? jobs.map((job) => [job]) : [jobs];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      await runJobs(CHILD, next, (outcome) => {
        outcomes.push(outcome);
        tell(outcome);
      });
  };
  await Promise.all(Array.from({ length: PROCESSES }, work));
  const faults = outcomes.filter(({ fault }) => fault !== null).length;
  const cases = outcomes.reduce((sum, { job }) => sum + job.cases, 0);
  const used = outcomes.reduce((sum, { seconds }) => sum + seconds, 0);
  const minutes = (milliseconds: number): string => (milliseconds / 60_000).toFixed(1);
  console.log(
    `${outcomes.length} targets, ${cases} cases, ${minutes(Date.now() - began)} minutes, ${minutes(used * 1000)} of the processor, ${faults} faults`,
  );
  // A process that died has not come to its other jobs.
  return faults === 0 && outcomes.length === jobs.length ? 0 : 1;
}

function tell({ job, seconds, growth, fault }: Outcome): void {
  const each = ((seconds * 1000) / job.cases).toFixed(2);
  console.log(
    `${job.target.padEnd(14)} ${String(job.cases).padStart(8)} cases ${seconds.toFixed(1).padStart(8)} s ${each.padStart(7)} ms each, heap +${growth} MiB`,
  );
  if (fault !== null) console.error(`FAULT in ${job.target}: ${fault}\n`);
}

async function showInput(name: string, from: number, number: number): Promise<string> {
  const opened = await TARGETS.find((target) => target.name === name)?.open();
  const text = opened?.show(from, number) ?? '';
  await opened?.close();
  return text;
}
