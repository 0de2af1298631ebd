import { expect, it } from '@jest/globals';
import { SEED, seedOf } from '../../../scripts/seed.mjs';

it('is the same for each run of npm test', () => {
  expect(seedOf({}, { draws: false })).toBe(SEED);
  expect(seedOf({ CARDWRIGHT_SEED: '' }, { draws: false })).toBe(SEED);
});

it('is a new one for the sweep and for all tests', () => {
  const drawn = Array.from({ length: 8 }, () => seedOf({}, { draws: true }));
  expect(new Set(drawn).size).toBeGreaterThan(1);
  for (const one of drawn) expect(one).toMatch(/^\d{1,10}$/);
});

it.each([true, false])('is the one that was given (draws: %s)', (draws) => {
  expect(seedOf({ CARDWRIGHT_SEED: '7' }, { draws })).toBe('7');
});
