import { CardwrightError } from '@cardwright/protocol';
import type { Slot } from '@cardwright/protocol/devices';
import { PROVE_OWNER } from '@cardwright/protocol/mobile';
import * as v from 'valibot';
import { useCertifiedKey } from '../card-secrets/certified-key.js';
import { owned } from '../devices/eligibility.js';
import { newChallenge } from '../keys/new-challenge.js';
import type { OperationContext } from '../operations/context.js';
import { defineOperation, inState, keepState, type Step } from '../operations/definition.js';
import { CANCELLED_BY_USER } from '../operations/ended-by-user.js';
import { defineSlice } from '../operations/slice.js';
import type { Certificate } from '../store/rows.js';
import type { ReasonCode } from '../words/reasons.js';
import { ownWords } from '../words/language.js';

/** Slot whose key signs for logins, and needs the PIN (SP 800-73-4 Part 1, table 4b). */
const SLOT: Slot = '9A';

/**
 * State of the proof: the challenge for the card, and whether the card signed it. Another session starts over, because the proof is about
 * the present moment.
 */
const ownerProof = defineSlice({
  name: 'ownerProof',
  schema: v.strictObject({
    /** The challenge, base64url; null before the step is sent. */
    challenge: v.nullable(v.string()),
    isGiven: v.boolean(),
  }),
  initial: { challenge: null, isGiven: false },
  lasts: 'session',
});

const ownerStep: Step = {
  name: 'owner-proof',
  phase: { name: 'owner-proof', words: ownWords(({ phases }) => phases.pin) },
  progress: 10,
  slices: [ownerProof],
  needed: (context) => !context.of(ownerProof).isGiven,
  prepare: (context) => context.keep(ownerProof, { challenge: newChallenge() }),
  calls: (context) => [
    useCertifiedKey(context, {
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
 * Lets an active device prove that its owner is present. The owner enters the PIN in the extension's window, and the key of the login
 * certificate signs a fresh challenge. Nothing changes on the card or in the device's row. Afterwards the operation's row shows who gave the
 * proof (`userId`), with which device (`deviceId`) and when (`updatedAt`).
 */
export const proveOwner = defineOperation({
  kind: PROVE_OWNER,
  title: ownWords(({ titles }) => titles.proveOwner),
  eligibility: owned('active'),
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

/**
 * Returns the device's login certificate.
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE` if the device has no login certificate that is valid now
 */
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
