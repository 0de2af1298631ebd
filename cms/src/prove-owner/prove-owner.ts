import { CardwrightError, PROVE_OWNER, type Slot } from '@cardwright/protocol';
import * as v from 'valibot';
import { useCertifiedKey } from '../card-secrets/certified-key.js';
import { owned } from '../devices/admission.js';
import { newChallenge } from '../keys/new-challenge.js';
import type { OperationContext } from '../operations/context.js';
import { defineOperation, inState, keepState, type Step } from '../operations/definition.js';
import { CANCELLED_BY_USER } from '../operations/ended-by-user.js';
import { defineSlice } from '../operations/slice.js';
import type { Certificate } from '../store/rows.js';
import type { ReasonCode } from '../words/reasons.js';

/** Its key signs for a login, and asks for the PIN (SP 800-73-4 Part 1, table 4b). */
const SLOT: Slot = '9A';

/** What the card has to sign, and whether it did. Another session starts afresh: what counts is this moment. */
const ownerProof = defineSlice({
  name: 'ownerProof',
  schema: v.strictObject({
    /** Base64url; null before the step leaves. */
    challenge: v.nullable(v.string()),
    isGiven: v.boolean(),
  }),
  initial: { challenge: null, isGiven: false },
  lasts: 'session',
});

const ownerStep: Step = {
  name: 'owner-proof',
  phase: { name: 'owner-proof', words: { en: 'Waiting for your PIN', de: 'Wartet auf Ihre PIN' } },
  progress: 10,
  slices: [ownerProof],
  needed: (context) => !context.of(ownerProof).isGiven,
  prepare: (context) => context.keep(ownerProof, { challenge: newChallenge() }),
  calls: (context) => [
    useCertifiedKey({
      slot: SLOT,
      certificate: () => certificateOf(context),
      challenge: () => challengeOf(context),
      purpose: PROVE_OWNER,
      pin: 'user',
      proved: () => context.keep(ownerProof, { isGiven: true }),
    }),
  ],
  errors: CANCELLED_BY_USER,
};

/**
 * Has an active device show that its owner is here now: its owner gives the PIN in the extension's window, and the key of its
 * certificate for logins signs a fresh challenge. It changes nothing on the card and nothing of the device. Once it is done, its row
 * says who (`userId`), with which device (`deviceId`) and when (`updatedAt`).
 */
export const proveOwner = defineOperation({
  kind: PROVE_OWNER,
  title: { en: 'Proof of presence', de: 'Nachweis der Anwesenheit' },
  admit: owned('active'),
  begin: (context) => void certificateOf(context),
  requireUnderWay: inState('active'),
  steps: [ownerStep],
  settle: { done: keepState, failed: keepState },
});

function challengeOf(context: OperationContext): string {
  const { challenge } = context.of(ownerProof);
  if (challenge === null) throw new Error('a proof answers a challenge');
  return challenge;
}

/** @throws CardwrightError `DEVICE_NOT_ELIGIBLE` where there is none that is good today */
function certificateOf({ ownDevice, services }: OperationContext): Certificate {
  const now = services.now();
  const certificate = ownDevice.certificates.find(
    ({ slot, revocationReason, notBefore, notAfter }) =>
      slot === SLOT && revocationReason === null && notBefore <= now && now < notAfter,
  );
  const reason: ReasonCode = 'no-login-certificate';
  if (!certificate) throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason });
  return certificate;
}
