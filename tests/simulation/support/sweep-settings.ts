import { randomInt } from 'node:crypto';
import * as v from 'valibot';

const HIGHEST_SEED = 2 ** 32 - 1;
/** Cases for each fault in a sample. */
const CASES_OF_EACH = 1;
const PAIRS = { sample: 3, full: 30 } as const;

/** The extent of the sweep. */
export interface SweepSettings {
  readonly seed: number;
  /** Set when every fault is tried at every APDU. */
  readonly isFull: boolean;
  /** Cases for each fault in a sample. */
  readonly casesOfEach: number;
  /** Number of fault pairs: in total for a sample, for each operation and profile in the full sweep. */
  readonly pairs: number;
  /** The only cases to run, if given. */
  readonly only: readonly string[] | undefined;
  /** The file to which results are appended as lines of JSON. */
  readonly results: string | undefined;
  /** Returns the subjects of this run. */
  subjectsOf<T>(subjects: readonly T[]): T[];
  /** Returns this process's share of the numbers. */
  shardOf(numbers: readonly number[]): number[];
}

const seed = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.maxValue(HIGHEST_SEED));
const share = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d?\/[1-9]\d?$/),
  v.transform((written) => written.split('/').map(Number)),
);

/**
 * Reads the settings:
 * - `CARDWRIGHT_SEED`: the seed of the sample and of the pairs; random by default, and printed;
 * - `CARDWRIGHT_SWEEP=full`: every fault at every APDU; `CARDWRIGHT_SHARD=1/4`: at every fourth APDU, from the first on;
 *   `CARDWRIGHT_SUBJECTS=1/4`: every fourth operation of a profile, from the first on;
 * - `CARDWRIGHT_CASE='issue yubikey pull@12'`: only that case; commas separate several;
 * - `CARDWRIGHT_SWEEP_RESULTS`: a file to which results are appended.
 */
export function sweepSettings(environment: NodeJS.ProcessEnv): SweepSettings {
  const isFull = environment.CARDWRIGHT_SWEEP === 'full';
  const [part = 1, parts = 1] = v.parse(share, environment.CARDWRIGHT_SHARD ?? '1/1');
  const [first = 1, step = 1] = v.parse(share, environment.CARDWRIGHT_SUBJECTS ?? '1/1');
  return {
    seed: environment.CARDWRIGHT_SEED ? v.parse(seed, environment.CARDWRIGHT_SEED) : randomInt(HIGHEST_SEED),
    isFull,
    casesOfEach: CASES_OF_EACH,
    pairs: isFull ? PAIRS.full : PAIRS.sample,
    only: environment.CARDWRIGHT_CASE?.split(',').map((one) => one.trim()),
    results: environment.CARDWRIGHT_SWEEP_RESULTS,
    subjectsOf: (subjects) => subjects.filter((_, index) => index % step === first - 1),
    shardOf: (numbers) => numbers.filter((number) => number % parts === part % parts),
  };
}
