// Alone proves: no fault at a sampled APDU of any operation loses a device or leaves a secret behind.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { nameOf, parseCase, runCase, type FaultCase } from './support/fault-case.js';
import { endsSession, FAULT_NAMES, FAULTS, type FaultName } from './support/faults.js';
import { SeededRandom } from './support/random.js';
import { StartingPoints } from './support/starting-points.js';
import { faultsOf, SUBJECTS, type Subject } from './support/swept-operations.js';
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

/** Returns the numbers of the APDUs at which a subject is disturbed. */
async function momentsOf(subject: Subject): Promise<readonly number[]> {
  return (await points.of(subject)).moments();
}

/** Draws two successive faults: the first ends its session, the second comes early enough to hit a resumed one. */
async function randomPair(subject: Subject): Promise<FaultCase> {
  const apdus = await momentsOf(subject);
  const faults = faultsOf(subject.operation, subject.profile);
  const early = apdus.slice(0, Math.ceil(apdus.length / 2));
  const first = { fault: random.pick(faults.filter(endsSession)), apdu: random.pick(apdus) };
  return { ...subject, faults: [first, { fault: random.pick(faults), apdu: random.pick(early) }] };
}

const titlesOf = (names: readonly FaultName[]) => names.map((name) => [name, FAULTS[name].title] as const);
const numbersTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

if (settings.only !== undefined) {
  const only = settings.only.map(parseCase);
  it.each(only.map((one) => [nameOf(one), one] as const))(
    'loses nothing in the case: %s',
    (_, one) => expectNothingLost([one]),
    TIME_LIMIT,
  );
} else if (settings.isFull) {
  describe.each(settings.subjectsOf(SUBJECTS))(`$operation of a $profile, with seed ${settings.seed}`, (subject) => {
    it.each(titlesOf(faultsOf(subject.operation, subject.profile)))(
      'loses nothing to "%s" at an APDU (%s)',
      async (fault) => {
        const moments = settings.shardOf(await momentsOf(subject));
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
    it.each(titlesOf(FAULT_NAMES))(
      'loses nothing to "%s" at an APDU (%s)',
      async (fault) => {
        const cases: FaultCase[] = [];
        const subjects = SUBJECTS.filter(({ operation, profile }) => faultsOf(operation, profile).includes(fault));
        for (const subject of random.sample(subjects, settings.casesOfEach))
          cases.push({ ...subject, faults: [{ fault, apdu: random.pick(await momentsOf(subject)) }] });
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
