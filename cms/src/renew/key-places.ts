import { CardwrightError, decodeBytes } from '@cardwright/protocol';
import { RETIRED_SLOTS, type KeySlot } from '@cardwright/protocol/devices';
import { certificateIn } from '../card-secrets/certified-key.js';
import { CardKey } from '../keys/card-key.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call } from '../operations/definition.js';
import { cardKeys, STAGING_SLOT } from './renewal-state.js';

/** Value of `stagedKey` while a key was ordered in slot 95, and the CMS does not know it. */
export const ORDERED = 'ordered';

/** A key on the card. */
export interface PlacedKey {
  readonly slot: KeySlot;
  readonly keyHash: string | null;
  readonly hasCertificate: boolean;
}

/** Slots for old keys of 9D. Slot 95 is left out, because new keys are made there. */
export const SLOTS_FOR_OLD = RETIRED_SLOTS.filter((slot) => slot !== STAGING_SLOT);

const placed = (context: OperationContext): readonly PlacedKey[] => context.of(cardKeys).keys ?? [];

/** Returns the key in a slot; undefined if the slot is empty. */
export const keyIn = (context: OperationContext, slot: KeySlot): PlacedKey | undefined =>
  placed(context).find((key) => key.slot === slot);

/** True if it is known whether a slot has a key. */
export const isKnown = (context: OperationContext, slot: KeySlot): boolean => context.of(cardKeys).known.includes(slot);

/** Records that a slot has another key now; `keyHash` is undefined if the slot is empty. */
export function notePlace(context: OperationContext, slot: KeySlot, keyHash: string | null | undefined): void {
  const others = placed(context).filter((key) => key.slot !== slot);
  const keys = keyHash === undefined ? others : [...others, { slot, keyHash, hasCertificate: false }];
  context.keep(cardKeys, { keys, known: [...new Set([...context.of(cardKeys).known, slot])] });
}

/** Returns the retired slot that has the old key of 9D; undefined if there is none. */
export const placeOfOld = (context: OperationContext, keyHash: string | null): KeySlot | undefined =>
  SLOTS_FOR_OLD.find((slot) => keyHash !== null && keyIn(context, slot)?.keyHash === keyHash);

/** Returns the first retired slot that is known to have no key; undefined if there is none. */
export const freeForOld = (context: OperationContext): KeySlot | undefined =>
  SLOTS_FOR_OLD.find((slot) => isKnown(context, slot) && keyIn(context, slot) === undefined);

/**
 * Counts the retired keys for the Key History Object, which says only their number from slot 82 on. So the count reaches to the last one that has a
 * certificate, and a key of someone else's without a certificate in between is part of it. It never gets smaller.
 *
 * @param written the slot whose certificate is written now
 */
export function countRetired(context: OperationContext, written: KeySlot): number {
  const isCounted = (slot: KeySlot): boolean => slot === written || keyIn(context, slot)?.hasCertificate === true;
  return Math.max(SLOTS_FOR_OLD.findLastIndex(isCounted) + 1, context.of(cardKeys).history ?? 0);
}

/** True if a key in a slot was made by this renewal, or by an earlier one that was given up. Nobody uses it. */
export function isStaged(context: OperationContext, { slot, keyHash }: PlacedKey): boolean {
  const { stagedKey } = context.ownDevice.row;
  if (slot === STAGING_SLOT && stagedKey === ORDERED) return true;
  return keyHash !== null && keyHash === stagedKey;
}

/**
 * Makes the call that reads back that a key is in the slot to which it was moved, because a card may confirm what it has not done.
 *
 * @throws CardwrightError `READ_BACK_MISMATCH`, by the reader, if the slot has another key or none
 */
export const readPlace = (context: OperationContext, slot: KeySlot, keyHash: string | null): Call =>
  call(
    'key.list',
    { slots: [slot], certificates: false },
    {
      read: ({ keys: [key] }) => {
        const found = key?.slot === slot && key.publicKey !== null ? hashOf(key.publicKey) : null;
        if (found === null || found !== keyHash) throw new CardwrightError('READ_BACK_MISMATCH', { object: slot });
        notePlace(context, slot, found);
      },
    },
  );

/** Makes the call that reads back whether a slot is empty. */
export const readEmpty = (slot: KeySlot, read: (isEmpty: boolean) => void): Call =>
  call('key.list', { slots: [slot], certificates: false }, { read: ({ keys }) => read(keys.length === 0) });

/** Returns the hash of a key that the card shows; null if it cannot be read. Such a key is nobody's that the CMS knows. */
export function hashOf(publicKey: string): string | null {
  try {
    return CardKey.read(decodeBytes(publicKey)).hash;
  } catch {
    return null;
  }
}

/** True if 9D has the key of its certificate. */
export function isOwnIn9D(context: OperationContext): boolean {
  const former = certificateIn(context, '9D');
  return former !== undefined && keyIn(context, '9D')?.keyHash === former.keyHash;
}
