import { findDifference } from './difference.js';

/** Checks of the cases. They use no library of assertions, so that the suite runs under any runner. */

/**
 * Compares two values member by member.
 *
 * @param what names the first value
 * @throws Error that tells where the values differ
 */
export function same(what: string, actual: unknown, expected: unknown): void {
  const difference = findDifference(actual, expected);
  if (difference !== undefined) throw new Error(`${what}: ${difference}`);
}

/**
 * Waits for a call that must fail.
 *
 * @param what names the call
 * @returns the error of the call
 * @throws Error if the call succeeds
 */
export async function refused(what: string, asked: Promise<unknown>): Promise<unknown> {
  const [outcome] = await Promise.allSettled([asked]);
  if (outcome.status === 'fulfilled') throw new Error(`${what}: it was taken, and not refused`);
  return outcome.reason;
}
