import { CardwrightError, decodeBytes } from '@cardwright/protocol';
import { RETIRED_SLOTS, SLOTS, type KeySlot, type Slot } from '@cardwright/protocol/devices';
import { certificateIn } from '../card-secrets/certified-key.js';
import { CardKey } from '../keys/card-key.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Step } from '../operations/definition.js';
import { notEligible } from './renewable.js';
import {
  cardKeys,
  newKeys,
  PHASES,
  removal,
  removedKeys,
  removesKeys,
  renewal,
  slotsToRemove,
  STAGING_SLOT,
  unreadCertificates,
  unreadIn,
} from './renewal-state.js';

/** Value of `stagedKey` while a key was ordered in slot 95, and the CMS does not know it. */
export const ORDERED = 'ordered';

/** A key on the card. */
export interface PlacedKey {
  readonly slot: KeySlot;
  readonly keyHash: string | null;
  readonly hasCertificate: boolean;
}

/** Slots for old keys of 9D. Slot 95 is left out, because new keys are made there. */
const SLOTS_FOR_OLD = RETIRED_SLOTS.filter((slot) => slot !== STAGING_SLOT);

const placed = (context: OperationContext): readonly PlacedKey[] => context.of(cardKeys).keys ?? [];

/** Returns the key in a slot; undefined if the slot is empty. */
export const keyIn = (context: OperationContext, slot: KeySlot): PlacedKey | undefined =>
  placed(context).find((key) => key.slot === slot);

/** Records that a slot has another key now; `keyHash` is undefined if the slot is empty. */
export function notePlace(context: OperationContext, slot: KeySlot, keyHash: string | null | undefined): void {
  const others = placed(context).filter((key) => key.slot !== slot);
  const keys = keyHash === undefined ? others : [...others, { slot, keyHash, hasCertificate: false }];
  context.keep(cardKeys, { keys });
}

/** Returns the retired slot that has the old key of 9D; undefined if there is none. */
export const placeOfOld = (context: OperationContext, keyHash: string | null): KeySlot | undefined =>
  SLOTS_FOR_OLD.find((slot) => keyHash !== null && keyIn(context, slot)?.keyHash === keyHash);

/** Returns the first retired slot without a key; undefined if each has one, whoever made it. */
export const freeForOld = (context: OperationContext): KeySlot | undefined =>
  SLOTS_FOR_OLD.find((slot) => keyIn(context, slot) === undefined);

/**
 * Counts the retired keys for the Key History Object, which says only their number from slot 82 on. So the count reaches to the last one that has a
 * certificate, and a key of someone else's without a certificate in between is part of it.
 *
 * @param written the slot whose certificate is written now
 */
export function countRetired(context: OperationContext, written: KeySlot): number {
  const isCounted = (slot: KeySlot): boolean => slot === written || keyIn(context, slot)?.hasCertificate === true;
  return SLOTS_FOR_OLD.findLastIndex(isCounted) + 1;
}

/** True if a key in a slot was made by this renewal, or by an earlier one that was given up. Nobody uses it. */
export function isStaged(context: OperationContext, { slot, keyHash }: PlacedKey): boolean {
  const { stagedKey } = context.ownDevice.row;
  if (slot === STAGING_SLOT && stagedKey === ORDERED) return true;
  return keyHash !== null && keyHash === stagedKey;
}

/**
 * Step that asks a card that moves keys which slots have one. Everything that follows relies on this answer, never on what an earlier session meant
 * to do. A key of someone else's that is in the way ends the renewal before anything is changed.
 */
export const placesStep: Step = {
  name: 'renewal-key-places',
  phase: PHASES.keys,
  progress: 12,
  slices: [renewal, newKeys, cardKeys, removal, removedKeys],
  needed: (context) => (slotsToMove(context).length > 0 || removesKeys(context)) && context.of(cardKeys).keys === null,
  calls: (context) => [
    call(
      'key.list',
      { slots: [...SLOTS, ...RETIRED_SLOTS] },
      {
        read: ({ keys }) => {
          context.keep(cardKeys, {
            keys: keys.map(({ slot, publicKey, hasCertificate = false }) => ({
              slot,
              keyHash: publicKey === null ? null : hashOf(publicKey),
              hasCertificate,
            })),
          });
          judgePlaces(context);
        },
      },
    ),
  ],
};

/**
 * Makes the call that reads back that a key is in the slot to which it was moved, because a card may confirm what it has not done.
 *
 * @throws CardwrightError `READ_BACK_MISMATCH`, by the reader, if the slot has another key or none
 */
export const readPlace = (context: OperationContext, slot: KeySlot, keyHash: string | null): Call =>
  call(
    'key.list',
    { slots: [slot] },
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
  call('key.list', { slots: [slot] }, { read: ({ keys }) => read(keys.length === 0) });

const slotsToMove = (context: OperationContext): Slot[] => {
  const { slots, done } = context.of(renewal);
  const { moved } = context.of(newKeys);
  return (slots ?? []).filter((slot) => moved.includes(slot) && !done.includes(slot));
};

/** Returns the hash of a key that the card shows; null if it cannot be read. Such a key is nobody's that the CMS knows. */
function hashOf(publicKey: string): string | null {
  try {
    return CardKey.read(decodeBytes(publicKey)).hash;
  } catch {
    return null;
  }
}

/**
 * Compares the keys on the card with the certificates. Those whose key is there are no longer in doubt, and those that are in doubt and whose key is
 * gone are superseded. A certificate whose key nobody ordered to be deleted stays, because a card or host that says nothing of the key proves nothing.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE` if a key of someone else's is in the way, or the key of 9D was never moved and is not there
 */
function judgePlaces(context: OperationContext): void {
  const { operation, ownDevice } = context;
  const staged = slotsToMove(context).length > 0 ? keyIn(context, STAGING_SLOT) : undefined;
  if (staged && !isStaged(context, staged)) throw notEligible('renewal-slot-taken');
  const lost = unreadCertificates(context).filter(
    ({ slot, keyHash }) =>
      context.of(newKeys).moved.includes(slot) &&
      ![STAGING_SLOT, slot].some((place) => keyIn(context, place)?.keyHash === keyHash),
  );
  ownDevice.supersede(lost, operation.id);
  for (const slot of slotsToMove(context)) {
    const former = certificateIn(context, slot);
    if (!former) continue;
    const isThere = keyIn(context, slot)?.keyHash === former.keyHash;
    if (isThere && slot === '9D' && freeForOld(context) === undefined) throw notEligible('retired-slots-full');
    if (isThere) ownDevice.trustKey(slot);
    else if (slot !== '9D') {
      const doubted = ownDevice.certificates.filter((one) => one.slot === slot && one.doubtedBy !== null);
      ownDevice.supersede(doubted, operation.id);
    } else if (placeOfOld(context, former.keyHash) === undefined) throw notEligible('renewal-key-unknown');
  }
  requireOwnIn9D(context);
  if (isOwnIn9D(context) && slotsToRemove(context).includes('9D') && freeForOld(context) === undefined)
    throw notEligible('retired-slots-full');
}

/** True if 9D has the key of its certificate. */
export function isOwnIn9D(context: OperationContext): boolean {
  const former = certificateIn(context, '9D');
  return former !== undefined && keyIn(context, '9D')?.keyHash === former.keyHash;
}

/** Requires that 9D has no key of someone else's, which could decrypt something: it would be lost. */
function requireOwnIn9D(context: OperationContext): void {
  const key = keyIn(context, '9D');
  if (!key || !slotsToMove(context).includes('9D') || isStaged(context, key)) return;
  const own = [certificateIn(context, '9D'), unreadIn(context, '9D')];
  if (!own.some((certificate) => certificate?.keyHash === key.keyHash && key.keyHash !== null))
    throw notEligible('renewal-key-unknown');
}
