import { decodeBytes, isCardwrightError, type Result } from '@cardwright/protocol';
import { RETIRED_SLOTS, SLOTS, type KeySlot, type Slot } from '@cardwright/protocol/devices';
import { certificateIn } from '../card-secrets/certified-key.js';
import { decodeKeyHistory } from '../devices/piv-objects.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Consequence, Step } from '../operations/definition.js';
import {
  freeForOld,
  hashOf,
  isKnown,
  isOwnIn9D,
  isStaged,
  keyIn,
  notePlace,
  placeOfOld,
  SLOTS_FOR_OLD,
} from './key-places.js';
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

const ALL: readonly KeySlot[] = [...SLOTS, ...RETIRED_SLOTS];

/**
 * Step that asks a card that moves keys which slots have one. Everything that follows relies on this answer, never on what an earlier session meant
 * to do. A key of someone else's that is in the way ends the renewal before anything is changed.
 *
 * If no earlier session has left anything undone, the card is not asked for keys that are deleted whatever the answer is. Of the retired slots it is
 * then asked for the first, for the next after those that the Key History Object counts, or else for all.
 */
export const placesStep: Step = {
  name: 'renewal-key-places',
  phase: PHASES.keys,
  progress: 12,
  slices: [renewal, newKeys, cardKeys, removal, removedKeys],
  needed: (context) => (slotsToMove(context).length > 0 || removesKeys(context)) && slotsToAsk(context).length > 0,
  round: (context) => slotsToAsk(context).join(' '),
  calls: (context) => {
    const isFirst = context.of(cardKeys).next === null;
    const slots = slotsToAsk(context);
    return [...(isFirst && looksForOld(context) ? [readHistory(context)] : []), asked(context, slots)];
  },
};

/** Lists the slots for which the card is asked next. */
const slotsToAsk = (context: OperationContext): readonly KeySlot[] =>
  context.of(cardKeys).next ?? (isUndisturbed(context) ? slotsToAskFirst(context) : ALL);

/** True if nothing that an earlier session began is undone, so that only another program can have moved keys. */
function isUndisturbed(context: OperationContext): boolean {
  const { ownDevice } = context;
  return (
    !removesKeys(context) &&
    ownDevice.row.stagedKey === null &&
    unreadCertificates(context).length === 0 &&
    ownDevice.certificates.every(({ doubtedBy }) => doubtedBy === null)
  );
}

function slotsToAskFirst(context: OperationContext): KeySlot[] {
  const moved = slotsToMove(context).filter((slot) => !isDeletedAnyway(context, slot));
  return [...moved, STAGING_SLOT, ...(looksForOld(context) ? SLOTS_FOR_OLD.slice(0, 1) : [])];
}

/** True if the key of a slot is deleted before the new one comes, whosever it is. Only a key in 9D could decrypt something. */
const isDeletedAnyway = (context: OperationContext, slot: Slot): boolean =>
  slot !== '9D' && certificateIn(context, slot) !== undefined;

/** True if a retired slot is needed for the old key of 9D, and is not looked for among all slots. */
const looksForOld = (context: OperationContext): boolean =>
  isUndisturbed(context) && slotsToMove(context).includes('9D') && certificateIn(context, '9D') !== undefined;

/** Makes the call that reads the Key History Object. If the object is damaged, all slots are asked for. */
const readHistory = (context: OperationContext): Call =>
  call(
    'object.read',
    { object: 'keyHistory' },
    {
      read: ({ content }) =>
        context.keep(cardKeys, { history: content === null ? 0 : decodeKeyHistory(decodeBytes(content)) }),
      failed: (error): Consequence | undefined => {
        if (!isCardwrightError(error, 'CARD_ERROR')) return undefined;
        context.keep(cardKeys, { next: [...ALL] });
        return 'continue';
      },
    },
  );

/** Makes the call that asks for keys. Only where all slots are asked for, the card also says which have a certificate. */
const asked = (context: OperationContext, slots: readonly KeySlot[]): Call =>
  call(
    'key.list',
    { slots: [...slots], ...(slots.length === ALL.length ? {} : { certificates: false }) },
    { read: (result) => note(context, slots, result) },
  );

function note(context: OperationContext, slots: readonly KeySlot[], { keys }: Result<'key.list'>): void {
  const others = context.of(cardKeys).keys ?? [];
  context.keep(cardKeys, {
    keys: [
      ...others.filter((key) => !slots.includes(key.slot)),
      ...keys.map(({ slot, publicKey, hasCertificate = false }) => ({
        slot,
        keyHash: publicKey === null ? null : hashOf(publicKey),
        hasCertificate,
      })),
    ],
    known: [...new Set([...context.of(cardKeys).known, ...slots])],
  });
  const next = slotsLeft(context);
  context.keep(cardKeys, { next });
  if (next.length > 0) return;
  for (const slot of slotsToMove(context)) {
    const former = certificateIn(context, slot);
    if (former && !isKnown(context, slot)) notePlace(context, slot, former.keyHash);
  }
  judgePlaces(context);
}

/** Lists the slots for which the card is asked because of its last answer; none if it has said enough. */
function slotsLeft(context: OperationContext): KeySlot[] {
  if (ALL.every((slot) => isKnown(context, slot)) || !looksForOld(context)) return [];
  const { history } = context.of(cardKeys);
  // If the old key of 9D is no longer there, it may be in any retired slot.
  if (history === null || !isOwnIn9D(context)) return [...ALL];
  if (freeForOld(context) !== undefined) return [];
  const next = SLOTS_FOR_OLD[history];
  return next !== undefined && !isKnown(context, next) ? [next] : [...ALL];
}

const slotsToMove = (context: OperationContext): Slot[] => {
  const { slots, done } = context.of(renewal);
  const { moved } = context.of(newKeys);
  return (slots ?? []).filter((slot) => moved.includes(slot) && !done.includes(slot));
};

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

/** Requires that 9D has no key of someone else's, which could decrypt something: it would be lost. */
function requireOwnIn9D(context: OperationContext): void {
  const key = keyIn(context, '9D');
  if (!key || !slotsToMove(context).includes('9D') || isStaged(context, key)) return;
  const own = [certificateIn(context, '9D'), unreadIn(context, '9D')];
  if (!own.some((certificate) => certificate?.keyHash === key.keyHash && key.keyHash !== null))
    throw notEligible('renewal-key-unknown');
}
