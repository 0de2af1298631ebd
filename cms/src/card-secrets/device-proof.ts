import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { Slot } from '@cardwright/protocol/devices';
import * as v from 'valibot';
import { newChallenge } from '../keys/new-challenge.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Phase, Step } from '../operations/definition.js';
import { defineSlice } from '../operations/slice.js';
import { isLocked } from '../rules/card-facts.js';
import type { ReasonCode } from '../words/reasons.js';
import { certificateIn, useCertifiedKey, type KeyInUse } from './certified-key.js';
import {
  authenticateCard,
  authentication,
  chooseCandidate,
  expectKeys,
  takeWitness,
  type KeyCandidate,
} from './management-authentication.js';
import { ownWords } from '../words/language.js';

/** State of the proof that the device is the one that was issued. Each session needs a new proof. */
export const deviceProof = defineSlice({
  name: 'deviceProof',
  schema: v.strictObject({
    /**
     * Way of the proof:
     * - `key`: the certified key in 9E signs a challenge;
     * - `management-key`: the card proves that it has one of the candidate management keys;
     * - `none`: neither proof is possible.
     */
    way: v.picklist(['key', 'management-key', 'none']),
    /** Challenge that the key in 9E signs, base64url; null before the step is sent. */
    challenge: v.nullable(v.string()),
    /**
     * SHA-256, base64url, of the SubjectPublicKeyInfo that was certified for a device which now belongs to nobody; null if a certificate of the
     * present device names the key.
     */
    formerKey: v.nullable(v.string()),
    isGiven: v.boolean(),
  }),
  initial: { way: 'none', challenge: null, formerKey: null, isGiven: false },
  lasts: 'session',
});

const PHASE: Phase = {
  name: 'device-proof',
  words: ownWords(({ phases }) => phases.checkDevice),
};

/** Slot whose key needs no PIN (SP 800-73-4 Part 1, table 4b). */
const SLOT: Slot = '9E';
const PURPOSE = 'device-proof';

/**
 * Chooses how the device proves that it is the one that was issued. The proof changes nothing on the card, whether it succeeds or
 * fails.
 *
 * @param candidates management keys that the card may prove
 * @param mayLackKey set if the card may have made its keys unusable, so that it should prove a management key, if there is a candidate
 */
export function chooseProof(
  context: OperationContext,
  candidates: readonly KeyCandidate[],
  { mayLackKey = false } = {},
): void {
  // A key that an interrupted renewal may have deleted proves nothing.
  const isKeyExpected = !(mayLackKey && candidates.length > 0);
  if (isKeyExpected && certificateIn(context, SLOT)?.doubtedBy === null) {
    context.keep(deviceProof, { way: 'key' });
    return;
  }
  expectKeys(context, candidates);
  context.keep(deviceProof, { way: candidates.length > 0 ? 'management-key' : 'none' });
}

const isProvedBy = (context: OperationContext, way: 'key' | 'management-key'): boolean => {
  const proof = context.of(deviceProof);
  return proof.way === way && !proof.isGiven;
};

/**
 * Expects the key in 9E that was certified for a device which now belongs to nobody. The revocation of its certificate does not weaken
 * the proof: the key still shows which card this is.
 *
 * @param keyHash SHA-256 of the key's SubjectPublicKeyInfo, base64url
 */
export const expectFormerKey = (context: OperationContext, keyHash: string): void =>
  context.keep(deviceProof, { way: 'key', formerKey: keyHash });

/** Step in which the certified key in 9E signs a challenge. */
export const keyProofStep: Step = {
  name: 'key-proof',
  phase: PHASE,
  progress: 5,
  slices: [deviceProof],
  needed: (context) => isProvedBy(context, 'key'),
  prepare: (context) => context.keep(deviceProof, { challenge: newChallenge() }),
  calls: (context) => [
    ofUsableKey(context, {
      slot: SLOT,
      certificate: () => certificateIn(context, SLOT) ?? { keyHash: context.of(deviceProof).formerKey },
      challenge: () => {
        const { challenge } = context.of(deviceProof);
        if (challenge === null) throw new Error('a proof answers a challenge');
        return challenge;
      },
      purpose: PURPOSE,
      proved: () => context.keep(deviceProof, { isGiven: true }),
    }),
  ],
};

/**
 * Uses the key that shows which device this is.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE`, with words that lead to the help desk, if the card is locked and has made its keys unusable
 */
function ofUsableKey(context: OperationContext, use: KeyInUse): Call {
  const proof = useCertifiedKey(context, use);
  return {
    ...proof,
    failed: async (error) => {
      if (!isLocked(context.info) || !isCardwrightError(error, 'CARD_ERROR')) return proof.failed(error);
      throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: 'locked-unproved' satisfies ReasonCode });
    },
  };
}

/** Step that requests a witness: a random block that the card encrypted with its management key. */
export const ownWitnessStep: Step = {
  name: 'own-witness',
  phase: PHASE,
  progress: 5,
  slices: [deviceProof, authentication],
  needed: (context) => isProvedBy(context, 'management-key') && context.of(authentication).witness === null,
  calls: (context) => [takeWitness(context)],
};

/** Step that answers the witness with a candidate key, so that the card proves that it has this key. */
export const ownKeyStep: Step = {
  name: 'own-key',
  phase: PHASE,
  progress: 10,
  slices: [deviceProof, authentication],
  needed: (context) => isProvedBy(context, 'management-key'),
  prepare: chooseCandidate,
  calls: (context) => [
    authenticateCard(context, ({ escrow }) => {
      if (escrow !== null) context.ownDevice.noteManagementKey(escrow);
      context.keep(deviceProof, { isGiven: true });
    }),
  ],
};
