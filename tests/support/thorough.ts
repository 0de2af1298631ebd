import { describe, it } from '@jest/globals';

declare global {
  /** Set by jest.config.js: whether `npm run test:all` runs, or only what `npm test` keeps. */
  var runsEverything: boolean;
}

/** A test that runs in `npm run test:all`; `npm test` skips it. `timeout` is in milliseconds. */
export function thoroughIt(name: string, test: () => void | Promise<void>, timeout?: number): void {
  (globalThis.runsEverything ? it : it.skip)(name, test, timeout);
}

/** A group of tests that run in `npm run test:all`; `npm test` does not set it up either. */
export function thoroughDescribe(name: string, tests: () => void): void {
  (globalThis.runsEverything ? describe : describe.skip)(name, tests);
}

/** Defines a test with its name and what it does. */
type DefineTest = (name: string, test: () => Promise<void> | void) => void;

/**
 * Makes an `it` for tests of a file that a lower level shows too: `npm test` runs one in `share` of those that it defines, and shows the others as
 * skipped. The run's seed draws which is the first. Such tests depend on none before.
 */
export function drawnTests(share: number): DefineTest {
  const first = Number(process.env.CARDWRIGHT_SEED ?? 0) % share;
  let defined = 0;
  return (name, test) => {
    const isDrawn = defined % share === first;
    defined += 1;
    (isDrawn || globalThis.runsEverything ? it : it.skip)(name, test);
  };
}

/** Selects the cases of a table: all in `npm run test:all`, the kept ones, at least one, in `npm test`. */
export function everyOrSome<const T>(every: readonly T[], isKept: (one: T, index: number) => boolean): readonly T[] {
  const some = every.filter(isKept);
  if (some.length === 0) throw new Error('npm test would keep none of these cases.');
  return globalThis.runsEverything ? every : some;
}

/** {@link everyOrSome} that keeps one case in `share` for `npm test`. The run's seed draws which is the first. */
export function everyOrOneIn<const T>(share: number, every: readonly T[]): readonly T[] {
  return everyOrSome(every, isDrawn(share, every.length));
}

/**
 * Selects one case in `share`, and one in `thorough` in `npm run test:all`: for cases that the fault sweep has. The run's seed draws which is
 * the first.
 */
export const oneIn = <const T>(share: number, every: readonly T[], thorough = share): readonly T[] =>
  every.filter(isDrawn(globalThis.runsEverything ? thorough : share, every.length));

const isDrawn = (share: number, length: number): ((one: unknown, index: number) => boolean) => {
  const first = Number(process.env.CARDWRIGHT_SEED ?? 0) % Math.min(share, length);
  return (_, index) => index % share === first;
};

/** {@link everyOrSome} with the kept cases given by value; each must be in the table. */
export function everyOrNamed<const T>(every: readonly T[], ...kept: readonly NoInfer<T>[]): readonly T[] {
  const unknown = kept.filter((one) => !every.includes(one));
  if (unknown.length > 0) throw new Error(`Not in the table: ${unknown.map(String).join(', ')}`);
  return everyOrSome(every, (one) => kept.includes(one));
}
