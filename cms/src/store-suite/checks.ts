import { findDifference } from './difference.js';

/** What a case demands. It does without a library of assertions, so that it runs under any runner. */

/**
 * Demands that two values are the same, member by member.
 *
 * @param what names the first one
 * @throws Error that says where they differ
 */
export function same(what: string, actual: unknown, expected: unknown): void {
  const difference = findDifference(actual, expected);
  if (difference !== undefined) throw new Error(`${what}: ${difference}`);
}

/**
 * Demands that something fails.
 *
 * @param what names what was asked
 * @returns what it failed with
 */
export async function refused(what: string, asked: Promise<unknown>): Promise<unknown> {
  const [outcome] = await Promise.allSettled([asked]);
  if (outcome.status === 'fulfilled') throw new Error(`${what}: it was taken, and not refused`);
  return outcome.reason;
}
