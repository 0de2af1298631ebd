import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { asksForEverything } from '../../../scripts/thorough.mjs';
import { drawnTests, everyOrNamed, everyOrOneIn, everyOrSome, oneIn } from '../../support/thorough.js';

const LOOKS = ['light', 'dark', 'narrow'] as const;
const before = globalThis.runsEverything;
const seed = process.env.CARDWRIGHT_SEED;
afterEach(() => {
  globalThis.runsEverything = before;
  if (seed === undefined) delete process.env.CARDWRIGHT_SEED;
  else process.env.CARDWRIGHT_SEED = seed;
});

describe('npm test', () => {
  beforeEach(() => {
    globalThis.runsEverything = false;
  });

  it('keeps the named rows of a table, in the order of the table', () => {
    expect(everyOrNamed(LOOKS, 'narrow', 'light')).toEqual(['light', 'narrow']);
    expect(everyOrSome(LOOKS, (_, index) => index === 1)).toEqual(['dark']);
  });

  it('keeps one row in so many, and each of them with some seed', () => {
    const kept = ['0', '1', '2', '3'].map((drawn) => {
      process.env.CARDWRIGHT_SEED = drawn;
      return [everyOrOneIn(2, LOOKS), everyOrOneIn(9, LOOKS)];
    });
    expect(kept).toEqual([
      [['light', 'narrow'], ['light']],
      [['dark'], ['dark']],
      [['light', 'narrow'], ['narrow']],
      [['dark'], ['light']],
    ]);
  });
});

describe('drawn tests', () => {
  const ran: string[] = [];
  globalThis.runsEverything = false;
  process.env.CARDWRIGHT_SEED = '5';
  const drawnIt = drawnTests(2);
  for (const name of ['first', 'second', 'third', 'fourth']) drawnIt(name, () => void ran.push(name));
  globalThis.runsEverything = true;
  const everyIt = drawnTests(2);
  for (const name of ['fifth', 'sixth']) everyIt(name, () => void ran.push(name));
  globalThis.runsEverything = before;
  process.env.CARDWRIGHT_SEED = seed ?? '0';

  it('are one in so many, from the one that the seed draws, and all in npm run test:all', () => {
    expect(ran).toEqual(['second', 'fourth', 'fifth', 'sixth']);
  });
});

describe('npm run test:all', () => {
  beforeEach(() => {
    globalThis.runsEverything = true;
  });

  it('runs the whole table', () => {
    expect(everyOrNamed(LOOKS, 'dark')).toEqual(LOOKS);
    expect(everyOrSome(LOOKS, (_, index) => index === 1)).toEqual(LOOKS);
    expect(everyOrOneIn(2, LOOKS)).toEqual(LOOKS);
  });

  it('draws rows of a table that the sweep has, with the seed', () => {
    process.env.CARDWRIGHT_SEED = '1';
    expect(oneIn(2, LOOKS)).toEqual(['dark']);
    process.env.CARDWRIGHT_SEED = '2';
    expect(oneIn(2, LOOKS)).toEqual(['light', 'narrow']);
    expect(oneIn(3, LOOKS, 2)).toEqual(['light', 'narrow']);
    globalThis.runsEverything = false;
    expect(oneIn(3, LOOKS, 2)).toEqual(['narrow']);
  });
});

it.each([false, true])('refuses a table that would keep nothing, or something else (everything: %s)', (all) => {
  globalThis.runsEverything = all;
  expect(() => everyOrSome(LOOKS, () => false)).toThrow('keep none');
  expect(() => everyOrNamed<string>(LOOKS, 'light', 'wide')).toThrow('Not in the table: wide');
});

describe('a run', () => {
  it.each([
    [['--all'], {}],
    [['--sweep'], {}],
    [['tests/unit/scripts/system-requirements.all.test.ts'], {}],
    [['unit/scripts'], { CARDWRIGHT_TESTS: 'all' }],
  ])('with %j and %j includes thorough tests, and the system packages that they need', (args, environment) => {
    expect(asksForEverything(args, environment)).toBe(true);
  });

  it('of a folder includes none', () => {
    expect(asksForEverything(['unit/scripts', '-t', 'all'], { CARDWRIGHT_TESTS: 'some' })).toBe(false);
  });
});
