import { randomInt } from 'node:crypto';
import * as v from 'valibot';

const HIGHEST_SEED = 2 ** 32 - 1;
/** Of a sample, for each fault: each is another operation or profile. */
const CASES_OF_EACH = 6;
const PAIRS = { sample: 12, full: 30 } as const;

/** How much of the sweep runs. */
export interface SweepSettings {
  readonly seed: number;
  /** Whether every APDU is met by every fault. */
  readonly isFull: boolean;
  /** Cases for each fault, where it is not full. */
  readonly casesOfEach: number;
  /** Pairs of faults: of all in a sample, of each operation and profile in all parts of the full sweep. */
  readonly pairs: number;
  /** The only cases that run. */
  readonly only: readonly string[] | undefined;
  /** Where the results are added to, as lines of JSON. */
  readonly results: string | undefined;
  /** The share of these numbers that falls to this process. */
  shardOf(numbers: readonly number[]): number[];
}

const seed = v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number), v.maxValue(HIGHEST_SEED));
const shard = v.pipe(
  v.string(),
  v.regex(/^[1-9]\d?\/[1-9]\d?$/),
  v.transform((written) => written.split('/').map(Number)),
);

/**
 * Reads the settings:
 * - `CARDWRIGHT_SEED`: of the sample and of the pairs; random by default, and printed;
 * - `CARDWRIGHT_SWEEP=full`: every fault at every APDU; `CARDWRIGHT_SHARD=1/4`: the first of four parts of it;
 * - `CARDWRIGHT_CASE='issue yubikey pull@12'`: that case alone; several are separated by commas;
 * - `CARDWRIGHT_SWEEP_RESULTS`: a file to which results are added.
 */
export function sweepSettings(environment: NodeJS.ProcessEnv): SweepSettings {
  const isFull = environment.CARDWRIGHT_SWEEP === 'full';
  const [part = 1, parts = 1] = v.parse(shard, environment.CARDWRIGHT_SHARD ?? '1/1');
  return {
    seed: environment.CARDWRIGHT_SEED ? v.parse(seed, environment.CARDWRIGHT_SEED) : randomInt(HIGHEST_SEED),
    isFull,
    casesOfEach: CASES_OF_EACH,
    pairs: isFull ? PAIRS.full : PAIRS.sample,
    only: environment.CARDWRIGHT_CASE?.split(',').map((one) => one.trim()),
    results: environment.CARDWRIGHT_SWEEP_RESULTS,
    shardOf: (numbers) => numbers.filter((number) => number % parts === part % parts),
  };
}
