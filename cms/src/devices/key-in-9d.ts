import type { Device } from '../store/rows.js';

/**
 * Values of a device's `stagedKey` for a new key that was ordered in 9D itself, over the old one, before its certificate was read back:
 *
 * - `ordered`: the card may have the old key or the new one;
 * - `made`: the old key is gone.
 */
export const IN_9D = { ordered: 'ordered-in-9D', made: 'made-in-9D' } as const;

/** The part of a device's row that says what became of the key in 9D. A row from elsewhere may lack it. */
export type OrderedIn9D = Partial<Pick<Device, 'stagedKey'>>;

/** True if the old key of 9D was overwritten, and its slot has no certificate yet. A policy that would keep an old key has none to keep. */
export const isOldKeyGone = ({ stagedKey }: OrderedIn9D): boolean => stagedKey === IN_9D.made;

/** True if the key in 9D is another one than that of its certificate, or may be. */
export const isKeyInDoubt = (device: OrderedIn9D): boolean =>
  isOldKeyGone(device) || device.stagedKey === IN_9D.ordered;
