import { expect } from '@jest/globals';

/** Servers and certificates tell whole seconds. */
const SECOND = 1000;

/**
 * Expects that something happened between a moment and now, or is due so much later.
 *
 * @param at what was told: a date, or its text
 * @param from the beginning, in milliseconds since 1970
 * @param later milliseconds; default 0
 */
export function expectSince(at: Date | string | null | undefined, from: number, later = 0): void {
  const told = new Date(at ?? Number.NaN).getTime();
  const last = Date.now() + later;
  expect(told).toBeGreaterThan(from + later - SECOND);
  expect(told).toBeLessThanOrEqual(last);
}
