import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { everyOrNamed, everyOrSome } from '../../support/thorough.js';

const LOOKS = ['light', 'dark', 'narrow'] as const;
const before = globalThis.runsEverything;
afterEach(() => {
  globalThis.runsEverything = before;
});

describe('npm test', () => {
  beforeEach(() => {
    globalThis.runsEverything = false;
  });

  it('keeps the named rows of a table, in the order of the table', () => {
    expect(everyOrNamed(LOOKS, 'narrow', 'light')).toEqual(['light', 'narrow']);
    expect(everyOrSome(LOOKS, (_, index) => index === 1)).toEqual(['dark']);
  });
});

describe('npm run test:all', () => {
  beforeEach(() => {
    globalThis.runsEverything = true;
  });

  it('runs the whole table', () => {
    expect(everyOrNamed(LOOKS, 'dark')).toEqual(LOOKS);
    expect(everyOrSome(LOOKS, (_, index) => index === 1)).toEqual(LOOKS);
  });
});

it.each([false, true])('refuses a table that would keep nothing, or something else (everything: %s)', (all) => {
  globalThis.runsEverything = all;
  expect(() => everyOrSome(LOOKS, () => false)).toThrow('keep none');
  expect(() => everyOrNamed<string>(LOOKS, 'light', 'wide')).toThrow('Not in the table: wide');
});
