import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { countApdus, nameOf, parseCase, runCase, type FaultCase } from './support/fault-case.js';
import { FAULT_NAMES, FAULTS } from './support/faults.js';
import { KeyPool } from './support/key-pool.js';
import { MemoryCms } from './support/memory-cms.js';
import { SeededRandom } from './support/random.js';
import { SweepReport } from './support/sweep-report.js';
import { sweepSettings } from './support/sweep-settings.js';

const PROFILES = ['yubikey', 'piv'] as const;
const OPERATION: FaultCase['operation'] = 'issue';
/** Cases of one test, at the most. */
const TIME_LIMIT = 30 * 60_000;

const settings = sweepSettings(process.env);
const random = new SeededRandom(settings.seed);
const pool = new KeyPool();
const report = new SweepReport(settings);
let cms: MemoryCms;

beforeAll(async () => {
  process.stderr.write(`fault sweep: CARDWRIGHT_SEED=${settings.seed}\n`);
  cms = await MemoryCms.open({ algorithm: 'P-256' });
});
afterAll(() => cms.close());

async function expectNothingLost(cases: readonly FaultCase[]): Promise<void> {
  const lost: string[] = [];
  for (const one of cases) {
    const result = await runCase(cms, pool.source(), one);
    report.add(one, result);
    if (result.outcome === 'lost') lost.push(report.describe(one, result));
  }
  expect(lost).toEqual([]);
}

if (settings.only === undefined) {
  describe.each(PROFILES)(`an issuance of a %s, with seed ${settings.seed}`, (profile) => {
    let apdus: readonly number[];
    beforeAll(async () => {
      const count = await countApdus(cms, pool.source(), { operation: OPERATION, profile });
      apdus = Array.from({ length: count }, (_, index) => index + 1);
    });

    it.each(FAULT_NAMES.map((name) => [name, FAULTS[name].title] as const))(
      'loses nothing to "%s" at an APDU (%s)',
      async (fault) => {
        const moments = settings.isFull ? settings.shardOf(apdus) : random.sample(apdus, settings.casesOfEach);
        await expectNothingLost(moments.map((apdu) => ({ operation: OPERATION, profile, faults: [{ fault, apdu }] })));
      },
      TIME_LIMIT,
    );

    it(
      'loses nothing to two faults, one in each of two sessions',
      async () => {
        const one = () => ({ fault: random.pick(FAULT_NAMES), apdu: random.pick(apdus) });
        const numbers = Array.from({ length: settings.pairs }, (_, index) => index + 1);
        const pairs = new Map(numbers.map((number) => [number, [one(), one()]]));
        const cases = settings
          .shardOf(numbers)
          .map((number) => ({ operation: OPERATION, profile, faults: pairs.get(number) ?? [] }));
        await expectNothingLost(cases);
      },
      TIME_LIMIT,
    );
  });
} else {
  const only = settings.only.map(parseCase);
  it.each(only.map((one) => [nameOf(one), one] as const))(
    'loses nothing in the case: %s',
    (_, one) => expectNothingLost([one]),
    TIME_LIMIT,
  );
}
