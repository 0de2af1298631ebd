import { describe, expect, it } from '@jest/globals';
import { inTurn, type Bench, type Goal, type Line, type Sample } from '../../bench/measurement.js';
import { runMeasurement } from '../../bench/run-measurement.js';
import { tableOf, verdictOf } from '../../bench/table.js';

const lineOf = (goal: Goal, changes: Partial<Line> = {}): Line => ({
  name: 'a start',
  beside: 'an empty program',
  unit: 'ms',
  goal,
  ...changes,
});

/** Runs a measurement with these figures beside references. */
const run = (samples: readonly (readonly Sample[])[], ...lines: readonly Line[]) => {
  const left = [...samples];
  const round = () => Promise.resolve(left.shift() ?? []);
  return runMeasurement({ lines, rounds: samples.length, open: () => Promise.resolve({ round }) });
};
const sample = (figure: number, reference: number): readonly Sample[] => [{ figure, reference }];

describe('a measurement', () => {
  it('compares the medians, and tells the ratios between which its rounds lie', async () => {
    const [odd] = await run([sample(30, 10), sample(900, 30), sample(40, 20)], lineOf({ atMost: 2 }));
    expect(odd).toMatchObject({ figure: 40, reference: 20, ratio: 2, spread: [2, 30], isMissed: false });
    const [even] = await run([sample(10, 1), sample(20, 2), sample(40, 4), sample(90, 6)], lineOf({ atMost: 9 }));
    expect(even).toMatchObject({ figure: 30, reference: 3, ratio: 10, isMissed: true });
  });

  it.each<[Goal, boolean]>([
    [{ atMost: 1.9 }, true],
    [{ atMost: 2 }, false],
    [{ atLeast: 2 }, false],
    [{ atLeast: 2.1 }, true],
  ])('misses %j at a ratio of 2: %s', async (goal, isMissed) => {
    expect(await run([sample(2, 1)], lineOf(goal))).toMatchObject([{ isMissed }]);
  });

  it('does not count its first rounds, and has each line of a round', async () => {
    let rounds = 0;
    const told: number[] = [];
    let isClosed = false;
    const bench: Bench = {
      round: () => {
        rounds += 1;
        return Promise.resolve([...sample(rounds, 1), ...sample(1, rounds)]);
      },
      close: () => {
        isClosed = true;
        return Promise.resolve();
      },
    };
    const lines = [lineOf({ atMost: 1 }), lineOf({ atMost: 1 })];
    const results = await runMeasurement({ lines, rounds: 3, warmUp: 2, open: () => Promise.resolve(bench) }, (round) =>
      told.push(round),
    );
    expect(results).toMatchObject([
      { figure: 4, reference: 1, spread: [3, 5] },
      { figure: 1, reference: 4 },
    ]);
    expect(told).toEqual([1, 2, 3]);
    expect(isClosed).toBe(true);
  });

  it('is closed where a round fails, and fails where a line has no sample', async () => {
    let isClosed = false;
    const close = () => {
      isClosed = true;
      return Promise.resolve();
    };
    const round = () => Promise.reject(new Error('no card'));
    const failing = { lines: [lineOf({ atMost: 1 })], rounds: 1, open: () => Promise.resolve({ round, close }) };
    await expect(runMeasurement(failing)).rejects.toThrow('no card');
    expect(isClosed).toBe(true);
    await expect(run([sample(1, 1)], lineOf({ atMost: 1 }), lineOf({ atMost: 1 }))).rejects.toThrow(
      'nothing was measured',
    );
  });

  it('has figure and reference come first in turn', async () => {
    const order: string[] = [];
    const record = (what: string, value: number) => () => {
      order.push(what);
      return Promise.resolve(value);
    };
    const round = inTurn(record('figure', 4), record('reference', 2));
    expect([await round(), await round()]).toEqual([sample(4, 2), sample(4, 2)]);
    expect(order).toEqual(['reference', 'figure', 'figure', 'reference']);
  });
});

describe('the table', () => {
  it('has name, figure, reference, ratio, goal and spread, and says which goals are missed', async () => {
    const rate = lineOf({ atLeast: 0.1 }, { name: 'a rate', beside: 'a bare one', unit: '/s' });
    const weight = lineOf({ atMost: 1 }, { name: 'a weight', beside: 'its limit', unit: 'bytes' });
    const results = await run(
      [
        [...sample(123.44, 100), ...sample(5.678, 99.9), ...sample(15_662, 15_872)],
        [...sample(123.44, 80), ...sample(5.678, 99.9), ...sample(15_662, 15_872)],
      ],
      lineOf({ atMost: 1.5 }),
      rate,
      weight,
    );
    expect(tableOf(results)).toBe(
      [
        '| name     | figure       | reference               | ratio | goal         | spread      |',
        '| -------- | ------------ | ----------------------- | ----- | ------------ | ----------- |',
        '| a start  | 123 ms       | 90 ms: an empty program | 1.37  | at most 1.5  | 1.23–1.54   |',
        '| a rate   | 5.68/s       | 99.9/s: a bare one      | 0.057 | at least 0.1 | 0.057–0.057 |',
        '| a weight | 15,662 bytes | 15,872 bytes: its limit | 0.99  | at most 1    | 0.99–0.99   |',
      ].join('\n'),
    );
    expect(verdictOf(results)).toBe('Missed: a rate: 0.057, at least 0.1.');
    expect(verdictOf(results.slice(0, 1))).toBe('Every goal is met.');
  });
});
