import { keyAlgorithm, keySlot, slot, type KeySlot, type Slot } from '@cardwright/protocol/devices';
import * as v from 'valibot';
import type { OperationContext } from '../operations/context.js';
import type { Phase } from '../operations/definition.js';
import { defineSlice } from '../operations/slice.js';
import type { Certificate } from '../store/rows.js';
import { ownWords } from '../words/language.js';

/** Progress of the renewal over all its sessions. */
export const renewal = defineSlice({
  name: 'renewal',
  schema: v.strictObject({
    /** Slots whose certificates are renewed; null before the first session has chosen them. */
    slots: v.nullable(v.array(slot)),
    /** Slots whose new certificate was read back from the card. */
    done: v.array(slot),
    /** Slots for which a new key was ordered. Whatever was there before may be gone, or in another slot. */
    begun: v.array(slot),
    /** Days for which the new certificates are valid; null before one was issued. */
    days: v.nullable(v.number()),
  }),
  initial: { slots: null, done: [], begun: [], days: null },
  lasts: 'operation',
});

/** Certification requests of the session. */
export const requests = defineSlice({
  name: 'requests',
  schema: v.strictObject({
    /** Challenge that the requests contain, base64url; null before the step is sent. */
    challenge: v.nullable(v.string()),
    /** True if a certified key has signed in this session. */
    isSigned: v.boolean(),
    /** True if the owner has entered the PIN in this session. The host remembers it. */
    hasPin: v.boolean(),
  }),
  initial: { challenge: null, isSigned: false, hasPin: false },
  lasts: 'session',
});

/** Keys that stay although no earlier attestation of them is known, and that the vendor attests in the renewal. */
export const attestedKeys = defineSlice({
  name: 'attestedKeys',
  schema: v.strictObject({
    /** Slots of which the step that is out asks an attestation. */
    asked: v.array(slot),
    /** Slots whose attestation was judged. */
    seen: v.array(slot),
  }),
  initial: { asked: [], seen: [] },
  lasts: 'operation',
});

/** Slots whose keys the session replaces. All other slots of the renewal keep theirs. */
export const newKeys = defineSlice({
  name: 'newKeys',
  schema: v.strictObject({
    /** Slots to which a new key is moved. */
    moved: v.array(slot),
    /** Slots in which a new key is made over the old one. */
    overwritten: v.array(slot),
  }),
  initial: { moved: [], overwritten: [] },
  lasts: 'session',
});

/** Slots that the policy no longer has, whose certificates an update removes. */
export const removal = defineSlice({
  name: 'removal',
  schema: v.strictObject({
    slots: v.array(slot),
    /** True if the card can keep or delete their keys, and say which keys it has. */
    removesKeys: v.boolean(),
  }),
  initial: { slots: [], removesKeys: false },
  lasts: 'session',
});

/** Keys on a card that moves keys, as its metadata show them. */
export const cardKeys = defineSlice({
  name: 'cardKeys',
  schema: v.strictObject({
    /** The slots that have a key, as far as they are `known`; null before the card was asked. */
    keys: v.nullable(
      v.array(
        v.strictObject({
          slot: keySlot,
          /** SHA-256 of the SubjectPublicKeyInfo, base64url; null for an algorithm that the host does not know. */
          keyHash: v.nullable(v.string()),
          hasCertificate: v.boolean(),
        }),
      ),
    ),
    /** The slots of which it is known whether they have a key. */
    known: v.array(keySlot),
    /** The slots for which the card is asked next; null before the first answer. */
    next: v.nullable(v.array(keySlot)),
    /** The number of retired keys that the Key History Object counts; null if it was not read. */
    history: v.nullable(v.number()),
    /** True if the old key of 9D is in a retired slot, and its certificate and the Key History Object were read back. */
    isRetired: v.boolean(),
  }),
  initial: { keys: null, known: [], next: null, history: null, isRetired: false },
  lasts: 'session',
});

/** The new key that is made in this session. */
export const making = defineSlice({
  name: 'making',
  schema: v.strictObject({
    /** Challenge that its certification request contains, base64url; null before the step is sent. */
    challenge: v.nullable(v.string()),
    /** Algorithm that the policy wanted when the key was ordered; null before that. */
    algorithm: v.nullable(keyAlgorithm),
    /** Slots with a key that an earlier attempt has left behind. It is deleted first. */
    leftovers: v.array(keySlot),
    /** Slots whose new key has signed in this session. */
    signed: v.array(slot),
  }),
  initial: { challenge: null, algorithm: null, leftovers: [], signed: [] },
  lasts: 'session',
});

/** Content of the CHUID that was read back in this session, base64url; null before that. */
export const chuid = defineSlice({
  name: 'chuid',
  schema: v.strictObject({ readBack: v.nullable(v.string()) }),
  initial: { readBack: null },
  lasts: 'session',
});

/** A key whose certificate was removed and revoked. It is deleted where the card can do that. */
const removedKey = v.strictObject({ slot, keyHash: v.string() });

/** Keys that are still to be deleted, over all sessions of an update. */
export const removedKeys = defineSlice({
  name: 'removedKeys',
  schema: v.strictObject({
    keys: v.array(removedKey),
    /** Slots whose key was still there after the card had confirmed the deletion. */
    kept: v.array(slot),
  }),
  initial: { keys: [], kept: [] },
  lasts: 'operation',
});

/** Slot in which a new key is made before it is moved: the last retired slot, which the Key History Object never counts. */
export const STAGING_SLOT: KeySlot = '95';

export const PHASES = {
  pin: { name: 'renewal-pin', words: ownWords(({ phases }) => phases.pin) },
  keys: { name: 'renewal-keys', words: ownWords(({ phases }) => phases.keys) },
  certificates: { name: 'renewal-certificates', words: ownWords(({ phases }) => phases.certificates) },
} as const satisfies Record<string, Phase>;

/** A certificate in a slot of a card. */
export type CardCertificate = Certificate & { readonly slot: Slot };

/** Lists the new certificates of this operation that were not read back yet, in the order of their slots. */
export function unreadCertificates({ operation, ownDevice }: OperationContext): CardCertificate[] {
  return ownDevice.renewals.flatMap((certificate) => {
    const { slot: name, pendingRenewal } = certificate;
    return v.is(slot, name) && pendingRenewal === operation.id ? [{ ...certificate, slot: name }] : [];
  });
}

/** True if the key of a slot stays. */
export function keepsKey(context: OperationContext, name: Slot): boolean {
  const { moved, overwritten } = context.of(newKeys);
  return !moved.includes(name) && !overwritten.includes(name);
}

/** Lists the slots that keep their keys, and still need a new certificate. */
export function slotsWithoutNew(context: OperationContext): Slot[] {
  const { slots, done } = context.of(renewal);
  const unread = unreadCertificates(context).map((certificate) => certificate.slot);
  return (slots ?? []).filter((name) => keepsKey(context, name) && !done.includes(name) && !unread.includes(name));
}

/** Lists the new certificates for keys that stay, which were not read back yet. */
export const unreadForKeptKeys = (context: OperationContext): CardCertificate[] =>
  unreadCertificates(context).filter((certificate) => keepsKey(context, certificate.slot));

/**
 * Returns the slot whose key is replaced next; undefined if there is none left. One key is replaced after the other, because one slot stages them. 9C
 * comes first: its key needs a PIN that no key has used since it was verified.
 */
export function slotInTurn(context: OperationContext): Slot | undefined {
  const { slots, done } = context.of(renewal);
  const left = slots?.filter((name) => !keepsKey(context, name) && !done.includes(name));
  return left?.find((name) => name === '9C') ?? left?.[0];
}

/** Returns the new certificate of a slot that was not read back yet. */
export const unreadIn = (context: OperationContext, name: Slot): CardCertificate | undefined =>
  unreadCertificates(context).find((certificate) => certificate.slot === name);

/** Lists the slots whose certificates are still to be removed. */
export const slotsToRemove = (context: OperationContext): Slot[] =>
  context.of(removal).slots.filter((name) => context.ownDevice.certificates.some((one) => one.slot === name));

/** True if keys are to be retired or deleted because the policy no longer has their slots. */
export const removesKeys = (context: OperationContext): boolean =>
  context.of(removal).removesKeys && (slotsToRemove(context).length > 0 || context.of(removedKeys).keys.length > 0);
