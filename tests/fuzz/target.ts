import fc from 'fast-check';

/** A door through which input of strangers comes, with what is sent there and what must hold. */
export interface FuzzTarget {
  readonly name: string;
  /** Number of cases in `npm run fuzz`. A target whose cases cost more has fewer. */
  readonly cases: number;
  /** Sets up what the cases share. Called once in a process. */
  readonly open: () => Promise<OpenTarget>;
}

export interface OpenTarget {
  /**
   * Runs so many cases, which the seed draws.
   *
   * @param isMeasured true if a case that takes too much of the processor fails
   * @returns the smallest input that fails with its reason; null if none fails
   */
  run(seed: number, cases: number, onCase: () => void, isMeasured: boolean): Promise<string | null>;
  /** Returns the text of the input with this number, counted from 0, without sending it. */
  show(seed: number, number: number): string;
  close(): Promise<void>;
}

/** What a target's file says of its open door. */
export interface Door<T> {
  readonly input: fc.Arbitrary<T>;
  /** Sends an input, and throws if what must hold does not. */
  readonly judge: (input: T) => void | Promise<void>;
  /** True for the errors with which the door refuses input. Every other error of `judge` is a fault. Default: none. */
  readonly isRefusal?: (error: unknown) => boolean;
  readonly close?: () => Promise<void>;
}

/** A target whose door reads bytes. What they reach in the product can guide which are tried next. */
export interface BytesTarget extends FuzzTarget {
  readonly openGuided: () => Promise<GuidedDoor>;
}

interface GuidedDoor {
  /** Sends an input. @throws an error if what must hold does not */
  judge(input: Uint8Array): Promise<void>;
  /** Returns inputs to begin with. */
  samples(seed: number, count: number): Uint8Array[];
}

type Opening<T> = () => Promise<Door<T>> | Door<T>;

/** Milliseconds of the processor that one case may take. */
const LIMIT = 2000;
/** Longest text of an input in a report. */
const SHOWN = 4000;

/** Defines a target. */
export const fuzzTarget = <T>(name: string, cases: number, open: Opening<T>): FuzzTarget => ({
  name,
  cases,
  open: async () => {
    const door = await open();
    const { input, close = () => Promise.resolve() } = door;
    return {
      run: async (seed, numRuns, onCase, isMeasured) => {
        const property = fc.asyncProperty(input, async (value) => {
          onCase();
          await (isMeasured ? inTime(() => judged(door, value)) : judged(door, value));
        });
        const { failed, counterexample, errorInstance } = await fc.check(property, { seed, numRuns });
        return failed ? `${shown(counterexample?.[0])}\n${reason(errorInstance)}` : null;
      },
      show: (seed, number) => shown(fc.sample(input, { seed, numRuns: number + 1 }).at(-1)),
      close,
    };
  },
});

/** Defines a target whose door reads bytes. */
export const bytesTarget = (name: string, cases: number, open: Opening<Uint8Array>): BytesTarget => ({
  ...fuzzTarget(name, cases, open),
  openGuided: async () => {
    const door = await open();
    return {
      judge: (input) => judged(door, input),
      samples: (seed, numRuns) => fc.sample(door.input, { seed, numRuns }),
    };
  },
});

async function judged<T>({ judge, isRefusal = () => false }: Door<T>, input: T): Promise<void> {
  try {
    await judge(input);
  } catch (error) {
    if (!isRefusal(error)) throw error;
  }
}

/** Runs a case. @throws Error when it takes too much of the processor */
async function inTime(work: () => Promise<void>): Promise<void> {
  const [began, used] = [performance.now(), process.cpuUsage()];
  await work();
  if (performance.now() - began < LIMIT) return;
  const { user, system } = process.cpuUsage(used);
  if (user + system > LIMIT * 1000) throw new Error(`took ${Math.round((user + system) / 1000)} ms of the processor`);
}

const shown = (value: unknown): string => {
  const text = value instanceof Uint8Array ? `bytes ${Buffer.from(value).toString('hex')}` : fc.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)} … (${text.length} characters)` : text;
};

const reason = (error: unknown): string => (error instanceof Error ? (error.stack ?? error.message) : String(error));
