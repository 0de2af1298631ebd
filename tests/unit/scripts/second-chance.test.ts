import { describe, expect, it } from '@jest/globals';
import { failuresOf, NOTHING, type Outcome, type Report } from '../../../scripts/jest.mjs';
import { giveSecondChance, MOST_BY_CHANCE } from '../../../scripts/second-chance.mjs';

const failing = (file: string, title = 'fails', passed = 3): Outcome => ({
  file,
  passed,
  failures: [{ title, message: `Error: ${title}` }],
});
const passing = (file: string, passed = 4): Outcome => ({ file, passed, failures: [] });
const reportOf = (...outcomes: Outcome[]): Report => ({ ...NOTHING, outcomes });

/** Plays the second runs, and notes which files had one. */
function second(results: Readonly<Record<string, Report>>): {
  ran: string[];
  again: (file: string) => Promise<Report>;
} {
  const ran: string[] = [];
  return {
    ran,
    again: (file) => {
      ran.push(file);
      return Promise.resolve(results[file] ?? NOTHING);
    },
  };
}

describe('a file that failed', () => {
  it('is green and told as unsteady if it passes alone, and each of its tests counts once', async () => {
    const { ran, again } = second({ b: reportOf(passing('b')) });
    const report = await giveSecondChance(reportOf(passing('a'), failing('b')), again);
    expect(ran).toEqual(['b']);
    expect(failuresOf(report)).toEqual([]);
    expect(report.outcomes).toEqual([passing('a'), passing('b')]);
    expect(report.unsteady).toEqual([{ file: 'b', title: 'fails', message: 'Error: fails' }]);
  });

  it('is red if it fails again, with what it says the second time', async () => {
    const { again } = second({ b: reportOf(failing('b', 'hangs')) });
    const report = await giveSecondChance(reportOf(failing('b')), again);
    expect(failuresOf(report)).toEqual([{ file: 'b', title: 'hangs', message: 'Error: hangs' }]);
    expect(report.unsteady).toEqual([]);
  });

  it.each([
    ['Jest dies', NOTHING],
    ['no test runs', reportOf(passing('b', 0))],
    ['fewer tests run', reportOf(passing('b', 2))],
  ])('stays red with its first failures if %s in its second run', async (_, result) => {
    const { again } = second({ b: result });
    const report = await giveSecondChance(reportOf(failing('b')), again);
    expect(failuresOf(report)).toMatchObject([{ file: 'b', title: 'fails' }]);
  });

  it('is red if something of its second run that belongs to no file fails', async () => {
    const warning = { file: null, title: 'A warning was printed', message: '(node:7) Warning' };
    const { again } = second({ b: { ...reportOf(passing('b')), others: [warning] } });
    expect(failuresOf(await giveSecondChance(reportOf(failing('b')), again))).toEqual([warning]);
  });
});

it('runs nothing again where so many files fail that it is no chance', async () => {
  const { ran, again } = second({});
  const report = reportOf(...Array.from({ length: MOST_BY_CHANCE + 1 }, (_, index) => failing(`file-${index}`)));
  expect(await giveSecondChance(report, again)).toEqual(report);
  expect(ran).toEqual([]);
});

it('leaves a green run as it is', async () => {
  const { ran, again } = second({});
  const report = { ...reportOf(passing('a')), unsteady: [{ file: 'b', title: 'by chance', message: '' }] };
  expect(await giveSecondChance(report, again)).toEqual(report);
  expect(ran).toEqual([]);
});
