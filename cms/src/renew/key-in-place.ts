import type { Slot } from '@cardwright/protocol/devices';
import { certificateIn } from '../card-secrets/certified-key.js';
import type { OperationContext } from '../operations/context.js';
import { IN_9D } from '../devices/key-in-9d.js';
import { newKeys } from './renewal-state.js';

/**
 * Records that a new key is ordered in the slot itself. Until the card has answered, it may have the old key or the new one. Of 9D the device's row says
 * so too, because no policy would replace its key again for that.
 */
export function orderedInPlace({ ownDevice, operation }: OperationContext, slot: Slot): void {
  ownDevice.doubtKey(slot, operation.id);
  if (slot === '9D' && ownDevice.row.stagedKey !== IN_9D.made) ownDevice.change({ stagedKey: IN_9D.ordered });
}

/** Records that the card has made the new key, so that the old one is gone. */
export function madeInPlace({ ownDevice, operation }: OperationContext, slot: Slot): void {
  ownDevice.supersedeCertificates([slot], operation.id);
  if (slot === '9D') ownDevice.change({ stagedKey: IN_9D.made });
}

/** True if the key of a slot was to be overwritten, and nobody knows whether it was. */
export const isDoubted = (context: OperationContext, slot: Slot): boolean =>
  (certificateIn(context, slot)?.doubtedBy ?? null) !== null;

/** Records that the card still has the key of a slot that was to be overwritten. */
export function keptKey({ ownDevice }: OperationContext, slot: Slot): void {
  ownDevice.trustKey(slot);
  if (slot === '9D') ownDevice.change({ stagedKey: null });
}

/** Records that the key of a slot was overwritten. The slot gets another new key in this session, because nobody has certified that one. */
export function replaceLostKey(context: OperationContext, slot: Slot): void {
  madeInPlace(context, slot);
  const { overwritten } = context.of(newKeys);
  if (!overwritten.includes(slot)) context.keep(newKeys, { overwritten: [...overwritten, slot] });
}
