/** So many cases of a target. */
export interface Job {
  readonly target: string;
  readonly seed: number;
  readonly cases: number;
  /** True if a case that takes too much of the processor is a fault. A busy machine inflates that, so the tests' sample does without. */
  readonly isMeasured: boolean;
}

/** What became of a job. */
export interface Outcome {
  readonly job: Job;
  /** Seconds of the processor. */
  readonly seconds: number;
  /** MiB that the heap grew by, after the first batches. */
  readonly growth: number;
  /** What was wrong, with the order that repeats it; null if nothing was. */
  readonly fault: string | null;
}

/** Cases of one seed: batch N of a job has its seed plus N. A batch that fails is repeated by its own seed. */
export const BATCH = 500;

export const repeating = (target: string, seed: number, cases: number): string =>
  `npm run fuzz -- ${target} --seed ${seed} --cases ${cases}`;

/** The batches of a job, one after the other. */
export function* batchesOf({
  seed,
  cases,
}: Pick<Job, 'seed' | 'cases'>): Generator<{ readonly seed: number; readonly cases: number }> {
  for (let done = 0; done < cases; done += BATCH)
    yield { seed: seed + done / BATCH, cases: Math.min(BATCH, cases - done) };
}
