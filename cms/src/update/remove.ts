import { CardwrightError, decodeBytes, isCardwrightError } from '@cardwright/protocol';
import { slot, type Slot } from '@cardwright/protocol/devices';
import * as v from 'valibot';
import { authentication } from '../card-secrets/management-authentication.js';
import { certifiedKeyOf } from '../devices/issued-certificate.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Consequence, Step } from '../operations/definition.js';
import { defineSlice } from '../operations/slice.js';
import { keyIn, notePlace, readEmpty } from '../renew/key-places.js';
import {
  cardKeys,
  chuid,
  newKeys,
  PHASES,
  removal,
  removedKeys,
  renewal,
  slotsToRemove,
} from '../renew/renewal-state.js';
import { authenticated, prepareAuthentication, writtenChuid } from '../renew/write.js';
import type { Certificate } from '../store/rows.js';

/** What the card has in the slots that the policy no longer has. */
const found = defineSlice({
  name: 'found',
  schema: v.strictObject({
    /** Slots whose certificate object is for the device's key, damaged or empty. */
    own: v.array(slot),
  }),
  initial: { own: [] },
  lasts: 'session',
});

/**
 * Step that reads the certificate of a slot that the policy no longer has. A certificate for a key that was never certified for this device is
 * someone else's, and stays on the card.
 */
export const lookStep: Step = {
  name: 'update-look',
  phase: PHASES.certificates,
  progress: 55,
  slices: [removal, removedKeys, found],
  needed: (context) => slotToLook(context) !== undefined,
  round: (context) => slotToLook(context) ?? '',
  calls: (context) => {
    const name = requireSlot(slotToLook(context));
    const isOwn = (): void => context.keep(found, { own: [...context.of(found).own, name] });
    return [
      call(
        'certificate.read',
        { slot: name },
        {
          read: ({ certificate }) => {
            if (certificate === null || isForOwnKey(context, name, certificate)) isOwn();
            else noteRemoved(context, name);
          },
          failed: (error): Consequence | undefined => {
            if (!isCardwrightError(error, 'CERTIFICATE_INVALID')) return undefined;
            isOwn();
            return 'continue';
          },
        },
      ),
    ];
  },
};

const slotToLook = (context: OperationContext): Slot | undefined =>
  slotsToRemove(context).find((name) => !context.of(found).own.includes(name));

/**
 * Step that removes the certificate of a slot, after the CHUID got its new expiry. It is revoked once the card has shown that it is gone, and before
 * its key is touched: so no good certificate is ever left for a key that is gone.
 */
export const removeStep: Step = {
  name: 'update-remove',
  phase: PHASES.certificates,
  progress: 90,
  slices: [authentication, removal, removedKeys, renewal, newKeys, found, chuid],
  needed: (context) => slotToRemove(context) !== undefined,
  round: (context) => slotToRemove(context) ?? '',
  prepare: prepareAuthentication,
  calls: (context) => {
    const name = requireSlot(slotToRemove(context));
    return [
      ...authenticated(context),
      ...writtenChuid(context),
      call('certificate.delete', { slot: name }),
      call(
        'certificate.read',
        { slot: name },
        {
          read: ({ certificate }) => {
            if (certificate !== null) throw new CardwrightError('READ_BACK_MISMATCH', { object: name });
            noteRemoved(context, name);
          },
        },
      ),
    ];
  },
};

const slotToRemove = (context: OperationContext): Slot | undefined =>
  slotsToRemove(context).find((name) => context.of(found).own.includes(name));

/**
 * Step that deletes the key of a removed certificate, on a card that can do that. Only the very key that was certified is deleted: the card has said
 * which one is in the slot. The old key of 9D was retired before.
 */
export const deleteStep: Step = {
  name: 'update-delete-key',
  phase: PHASES.keys,
  progress: 95,
  slices: [authentication, removal, removedKeys, cardKeys],
  needed: (context) => keyToDelete(context) !== undefined,
  round: (context) => {
    const name = keyToDelete(context);
    return name === undefined ? '' : `${name} ${context.of(removedKeys).kept.includes(name) ? 'again' : 'first'}`;
  },
  prepare: prepareAuthentication,
  calls: (context) => {
    const name = requireSlot(keyToDelete(context));
    return [
      ...authenticated(context),
      call('key.delete', { slot: name }),
      readEmpty(name, (isEmpty) => {
        if (isEmpty) noteDeleted(context, name);
        else noteKept(context, name);
      }),
    ];
  },
};

function keyToDelete(context: OperationContext): Slot | undefined {
  if (!context.of(removal).removesKeys) return undefined;
  return context.of(removedKeys).keys.find((key) => keyIn(context, key.slot)?.keyHash === key.keyHash)?.slot;
}

function noteDeleted(context: OperationContext, name: Slot): void {
  notePlace(context, name, undefined);
  context.keep(removedKeys, { keys: context.of(removedKeys).keys.filter((key) => key.slot !== name) });
}

/**
 * Notes that a card has confirmed a deletion, and still has the key. It is asked once more.
 *
 * @throws CardwrightError `READ_BACK_MISMATCH` at the second time
 */
function noteKept(context: OperationContext, name: Slot): void {
  const { kept } = context.of(removedKeys);
  if (kept.includes(name)) throw new CardwrightError('READ_BACK_MISMATCH', { object: name });
  context.keep(removedKeys, { kept: [...kept, name] });
}

function noteRemoved(context: OperationContext, name: Slot): void {
  const { operation, ownDevice } = context;
  const keys = certificatesIn(context, name).flatMap(({ keyHash }) =>
    keyHash === null || name === '9D' ? [] : [{ slot: name, keyHash }],
  );
  context.keep(removedKeys, { keys: [...context.of(removedKeys).keys, ...keys] });
  ownDevice.removeCertificates(name, operation.id);
}

/** True if a certificate on the card is for a key that was certified for this slot. */
function isForOwnKey(context: OperationContext, name: Slot, certificate: string): boolean {
  const own = certificatesIn(context, name);
  if (own.some(({ der }) => der === certificate)) return true;
  const key = certifiedKeyOf(decodeBytes(certificate));
  return key !== undefined && own.some(({ keyHash }) => keyHash === key.hash);
}

const certificatesIn = ({ ownDevice }: OperationContext, name: Slot): readonly Certificate[] =>
  ownDevice.certificates.filter((certificate) => certificate.slot === name);

function requireSlot(name: Slot | undefined): Slot {
  if (name === undefined) throw new Error('no slot is to be emptied');
  return name;
}
