import { fork } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { batchesOf, repeating, type Job, type Outcome } from './jobs.js';

/** Milliseconds without a new case after which a process counts as hanging. The first case waits for what all share. */
const PATIENCE = { first: 120_000, next: 30_000 };
const GLANCE = 500;
/** MiB of the heap of a process. Who needs more has grown. */
const HEAP = 512;
/** Last characters of what a process wrote to standard error. */
const LAST_WORDS = 2000;

/** Runs jobs one after the other in a child process. Its death and its silence are faults of the job under way. */
export async function runJobs(
  child: string,
  jobs: readonly Job[],
  onOutcome: (outcome: Outcome) => void,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'cardwright-fuzz-'));
  try {
    const ended = await runChild(child, path.join(folder, 'progress'), jobs, onOutcome);
    if (ended !== null) onOutcome(ended);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @returns the outcome of the job that was under way when the process ended; null if all jobs were done */
function runChild(
  child: string,
  file: string,
  jobs: readonly Job[],
  onOutcome: (outcome: Outcome) => void,
): Promise<Outcome | null> {
  closeSync(openSync(file, 'w'));
  const progress = openSync(file, 'r');
  const running = fork(child, [file, JSON.stringify(jobs)], {
    execArgv: ['--expose-gc', `--max-old-space-size=${HEAP}`],
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  let [done, stderr, hung] = [0, '', false];
  running.stderr?.on('data', (text: Buffer) => (stderr = `${stderr}${text.toString()}`.slice(-LAST_WORDS)));
  running.on('message', (outcome: Outcome) => {
    done += 1;
    onOutcome(outcome);
  });
  let [seen, since] = ['', Date.now()];
  const watch = setInterval(() => {
    const { job, begun } = placeIn(progress);
    const now = `${job} ${begun}`;
    if (now !== seen) [seen, since] = [now, Date.now()];
    if (Date.now() - since < (begun === 0 ? PATIENCE.first : PATIENCE.next)) return;
    hung = true;
    running.kill('SIGKILL');
  }, GLANCE);
  return new Promise((resolve, reject) => {
    running.once('error', reject);
    running.once('close', (code, signal) => {
      clearInterval(watch);
      const { begun } = placeIn(progress);
      closeSync(progress);
      const job = jobs[done];
      if (job === undefined) resolve(null);
      else resolve(endOf(job, begun, hung ? 'It hangs' : `The process died with ${code ?? signal}`, stderr));
    });
  });
}

function placeIn(progress: number): { readonly job: number; readonly begun: number } {
  const place = Buffer.alloc(8);
  readSync(progress, place, 0, place.length, 0);
  return { job: place.readUInt32LE(), begun: place.readUInt32LE(4) };
}

function endOf(job: Job, begun: number, what: string, stderr: string): Outcome {
  const batches = [...batchesOf(job)];
  let [number, at] = [Math.max(0, begun - 1), 0];
  // What is begun after the last case of a batch belongs to its smaller inputs, or to the next.
  while (number >= (batches[at]?.cases ?? Infinity) && at < batches.length - 1) number -= batches[at++]?.cases ?? 0;
  const { seed = job.seed, cases = job.cases } = batches[at] ?? {};
  const fault = `${what} in case ${number} of seed ${seed}.\n${stderr}\nTo repeat it: ${repeating(job.target, seed, cases)}
Its input: ${repeating(job.target, seed, cases)} --show ${number}`;
  return { job, seconds: 0, growth: 0, fault };
}
