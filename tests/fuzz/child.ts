import { openSync, writeSync } from 'node:fs';
import { batchesOf, repeating, type Job, type Outcome } from './jobs.js';
import { TARGETS } from './targets.js';

/**
 * The process in which cases run, as `child.js PROGRESS JOBS`: it counts each case that it begins in the file PROGRESS, and sends each job's outcome to
 * its parent, which notices how it ends.
 */

/** Batches after which the heap has what it needs. */
const WARM = 3;
/** Greatest growth of the heap in MiB. */
const GROWTH = 16;
const MIB = 2 ** 20;

const [file = '', jobs = '[]'] = process.argv.slice(2);
const progress = openSync(file, 'w');
const place = Buffer.alloc(8);
const note = (job: number, begun: number): void => {
  place.writeUInt32LE(job);
  place.writeUInt32LE(begun, 4);
  writeSync(progress, place, 0, place.length, 0);
};

for (const [index, job] of (JSON.parse(jobs) as Job[]).entries()) process.send?.(await outcomeOf(job, index));
process.exit(0);

async function outcomeOf(job: Job, index: number): Promise<Outcome> {
  const target = TARGETS.find(({ name }) => name === job.target);
  if (!target) throw new Error(`there is no target ${job.target}`);
  note(index, 0);
  const opened = await target.open();
  const used = process.cpuUsage();
  const heaps: number[] = [];
  let begun = 0;
  let fault: string | null = null;
  for (const { seed, cases } of batchesOf(job)) {
    fault = await opened.run(seed, cases, () => note(index, (begun += 1)), job.isMeasured);
    if (fault !== null) fault = `${fault}\nTo repeat it: ${repeating(job.target, seed, cases)}`;
    if (fault !== null) break;
    globalThis.gc?.();
    heaps.push(process.memoryUsage().heapUsed / MIB);
  }
  const { user, system } = process.cpuUsage(used);
  await opened.close();
  const growth = growthOf(heaps);
  if (growth > GROWTH)
    fault ??= `The heap grew by ${growth} MiB: ${heaps.map(Math.round).join(' ')}\n${repeating(job.target, job.seed, job.cases)}`;
  return { job, seconds: (user + system) / 1e6, growth, fault };
}

/** Compares the smallest heap of the last batches with the greatest of the first. */
function growthOf(heaps: readonly number[]): number {
  if (heaps.length < 3 * WARM) return 0;
  const before = Math.max(...heaps.slice(WARM, 2 * WARM));
  const after = Math.min(...heaps.slice(-WARM));
  return Math.max(0, Math.round(after - before));
}
