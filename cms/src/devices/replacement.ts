import type { Device, Person } from '../store/rows.js';
import type { Transaction } from '../store/store.js';

/** True if another device that counts towards the limit is to replace this one. */
export const isBeingReplaced = (id: string, related: readonly Device[]): boolean =>
  related.some(({ replaces }) => replaces === id);

/**
 * Returns the device that the person's next device replaces: the device whose replacement was asked for first, leaving out devices for which the
 * next device is there already.
 *
 * @param related the person's devices of `Transaction.listReplacements`
 */
export const findReplaceable = (related: readonly Device[]): Device | undefined =>
  related
    .filter(
      ({ id, state, replacementAskedAt }) =>
        state === 'suspended' && replacementAskedAt !== null && !isBeingReplaced(id, related),
    )
    .sort((a, b) => (a.replacementAskedAt?.getTime() ?? 0) - (b.replacementAskedAt?.getTime() ?? 0))[0];

/**
 * Returns the number of devices that a person may have now: the limit, and one more while a device waits for its replacement. A person who has
 * that one more gets no further one.
 *
 * @param devices number of the person's devices that count towards the limit
 * @param related the person's devices, or those of `Transaction.listReplacements`
 * @example
 * const isFull = 5 >= placesFor(5, 5, [device]);
 */
export const placesFor = (devices: number, limit: number, related: readonly Device[]): number =>
  devices === limit && findReplaceable(related) ? limit + 1 : limit;

/** Returns `placesFor` a person, whose devices it reads only if they fill the limit. */
export async function limitFor(
  transaction: Pick<Transaction, 'listReplacements'>,
  { id }: Person,
  devices: number,
  limit: number,
): Promise<number> {
  return devices === limit ? placesFor(devices, limit, await transaction.listReplacements(id)) : limit;
}
