import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nameOf, parseCase, runCase, type FaultCase } from './support/fault-case.js';
import { ENDING_FAULTS, FAULT_NAMES, FAULTS } from './support/faults.js';
import { SeededRandom } from './support/random.js';
import { StartingPoints } from './support/starting-points.js';
import { SUBJECTS, type Subject } from './support/swept-operations.js';
import { SweepReport } from './support/sweep-report.js';
import { sweepSettings } from './support/sweep-settings.js';

/** Milliseconds that all cases of one test may take. */
const TIME_LIMIT = 30 * 60_000;

const settings = sweepSettings(process.env);
const random = new SeededRandom(settings.seed);
const report = new SweepReport(settings);
const points = new StartingPoints();
let casesRun = 0;
const processorTime = process.cpuUsage();

beforeAll(() => {
  process.stderr.write(`fault sweep: CARDWRIGHT_SEED=${settings.seed}\n`);
});
afterAll(async () => {
  await points.close();
  const { user, system } = process.cpuUsage(processorTime);
  const each = Math.round((user + system) / 1000 / casesRun);
  process.stderr.write(`fault sweep: ${casesRun} cases, ${each} ms of processor time each\n`);
});

async function expectNothingLost(cases: readonly FaultCase[]): Promise<void> {
  const lost: string[] = [];
  for (const one of cases) {
    const result = await runCase(points, one);
    casesRun += 1;
    report.add(one, result);
    if (result.outcome === 'lost') lost.push(report.describe(one, result));
  }
  expect(lost).toEqual([]);
}

/** Returns the numbers of a subject's APDUs, from `device.open` to its end. */
async function apdusOf(subject: Subject): Promise<readonly number[]> {
  const count = await (await points.of(subject)).countApdus();
  return Array.from({ length: count }, (_, index) => index + 1);
}

/** Draws two successive faults: the first ends its session, the second comes early enough to hit a resumed one. */
async function randomPair(subject: Subject): Promise<FaultCase> {
  const apdus = await apdusOf(subject);
  const early = apdus.slice(0, Math.ceil(apdus.length / 2));
  const first = { fault: random.pick(ENDING_FAULTS), apdu: random.pick(apdus) };
  return { ...subject, faults: [first, { fault: random.pick(FAULT_NAMES), apdu: random.pick(early) }] };
}

const titles = FAULT_NAMES.map((name) => [name, FAULTS[name].title] as const);
const numbersTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

if (settings.only !== undefined) {
  const only = settings.only.map(parseCase);
  it.each(only.map((one) => [nameOf(one), one] as const))(
    'loses nothing in the case: %s',
    (_, one) => expectNothingLost([one]),
    TIME_LIMIT,
  );
} else if (settings.isFull) {
  describe.each(SUBJECTS)(`$operation of a $profile, with seed ${settings.seed}`, (subject) => {
    it.each(titles)(
      'loses nothing to "%s" at an APDU (%s)',
      async (fault) => {
        const moments = settings.shardOf(await apdusOf(subject));
        await expectNothingLost(moments.map((apdu) => ({ ...subject, faults: [{ fault, apdu }] })));
      },
      TIME_LIMIT,
    );

    it(
      'loses nothing to two faults, one in each of two sessions',
      async () => {
        const numbers = numbersTo(settings.pairs);
        const pairs = new Map<number, FaultCase>();
        // Each part draws for all numbers, so that all parts draw the same pairs.
        for (const number of numbers) pairs.set(number, await randomPair(subject));
        await expectNothingLost(settings.shardOf(numbers).flatMap((number) => pairs.get(number) ?? []));
      },
      TIME_LIMIT,
    );
  });
} else {
  describe(`a sample of operations, profiles and APDUs, with seed ${settings.seed}`, () => {
    it.each(titles)(
      'loses nothing to "%s" at an APDU (%s)',
      async (fault) => {
        const cases: FaultCase[] = [];
        for (const subject of random.sample(SUBJECTS, settings.casesOfEach))
          cases.push({ ...subject, faults: [{ fault, apdu: random.pick(await apdusOf(subject)) }] });
        await expectNothingLost(cases);
      },
      TIME_LIMIT,
    );

    it(
      'loses nothing to two faults, one in each of two sessions',
      async () => {
        const cases: FaultCase[] = [];
        for (const subject of random.sample(SUBJECTS, settings.pairs)) cases.push(await randomPair(subject));
        await expectNothingLost(cases);
      },
      TIME_LIMIT,
    );
  });
}
