import { describe, expect, it } from '@jest/globals';
import { isFresh } from '../../../cms/src/operations/fresh-proof.js';
import { newDevice } from '../../integration/store/rows.js';

const NOW = new Date('2026-03-02T10:00:00Z');
const MINUTE = 60_000;
const proofOf = (age: number, device: string | null = null) => ({
  at: new Date(NOW.getTime() - age),
  by: 'password' as const,
  device,
});

describe('a proof of identity of the last ten minutes', () => {
  it.each([
    ['was given just now', 0, true],
    ['was given ten minutes ago', 10 * MINUTE, true],
    ['was given a moment earlier', 10 * MINUTE + 1, false],
    ['was given yesterday', 24 * 60 * MINUTE, false],
    ['was timed by a clock that is a minute ahead', -MINUTE, true],
    ['was timed by a clock that is further ahead', -MINUTE - 1, false],
  ])('that %s counts accordingly', (_when, age, isAccepted) => {
    expect(isFresh(proofOf(age), 10, [], NOW)).toBe(isAccepted);
  });

  it('is wanted, so that none at all does not count', () => {
    expect(isFresh(undefined, 10, [], NOW)).toBe(false);
  });

  it('does not count if it was given with the device in question', () => {
    const device = newDevice('ada');
    const isFreshBy = (id: string): boolean => isFresh(proofOf(0, id), 10, [undefined, device], NOW);
    expect([isFreshBy(device.id), isFreshBy('another')]).toEqual([false, true]);
  });
});
