import { slot, type Slot } from '@cardwright/protocol/devices';
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
    /** Days for which the new certificates are valid; null before one was issued. */
    days: v.nullable(v.number()),
  }),
  initial: { slots: null, done: [], days: null },
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
  }),
  initial: { challenge: null, isSigned: false },
  lasts: 'session',
});

export const PHASES = {
  pin: { name: 'renewal-pin', words: ownWords(({ phases }) => phases.pin) },
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

/** Lists the slots that still need a new certificate. */
export function slotsWithoutNew(context: OperationContext): Slot[] {
  const { slots, done } = context.of(renewal);
  const unread = unreadCertificates(context).map((certificate) => certificate.slot);
  return (slots ?? []).filter((name) => !done.includes(name) && !unread.includes(name));
}
