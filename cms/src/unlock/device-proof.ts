import { CardwrightError, type Slot } from '@cardwright/protocol';
import { certificateIn, useCertifiedKey } from '../card-secrets/certified-key.js';
import {
  authenticateCard,
  authentication,
  chooseCandidate,
  findCandidates,
  takeWitness,
} from '../card-secrets/management-authentication.js';
import { newChallenge } from '../keys/new-challenge.js';
import type { OperationContext } from '../operations/context.js';
import type { Step } from '../operations/definition.js';
import type { DevicePolicy } from '../policies/device-policy.js';
import { deviceProof, PHASES } from './unlock-state.js';

/** Its key asks for no PIN (SP 800-73-4 Part 1, table 4b). */
const SLOT: Slot = '9E';
const PURPOSE = 'device-proof';

/** Chooses how the device shows that it is the one that was issued. What it shows changes nothing, whether it succeeds or fails. */
export async function chooseProof(context: OperationContext, policy: DevicePolicy): Promise<void> {
  if (certificateIn(context, SLOT)) {
    context.keep(deviceProof, { way: 'key' });
    return;
  }
  // The factory's key is no secret of this card.
  const candidates = (await findCandidates(context, policy, context.info)).filter(({ escrow }) => escrow !== null);
  context.keep(authentication, { candidates });
  context.keep(deviceProof, { way: candidates.length > 0 ? 'management-key' : 'operator' });
}

const isProvedBy = (context: OperationContext, way: 'key' | 'management-key'): boolean => {
  const proof = context.of(deviceProof);
  return proof.way === way && !proof.isGiven;
};

/** Has the certified key in 9E sign a challenge. */
export const keyProofStep: Step = {
  name: 'key-proof',
  phase: PHASES.proof,
  progress: 5,
  slices: [deviceProof],
  needed: (context) => isProvedBy(context, 'key'),
  prepare: (context) => context.keep(deviceProof, { challenge: newChallenge() }),
  calls: (context) => [
    useCertifiedKey({
      slot: SLOT,
      certificate: () => certificateIn(context, SLOT) ?? { keyHash: null },
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

/** Has the card give a witness for a management key of its own. */
export const ownWitnessStep: Step = {
  name: 'own-witness',
  phase: PHASES.proof,
  progress: 5,
  slices: [deviceProof, authentication],
  needed: (context) => isProvedBy(context, 'management-key') && context.of(authentication).witness === null,
  calls: (context) => [takeWitness(context)],
};

/** Answers the witness, and has the card prove the key. */
export const ownKeyStep: Step = {
  name: 'own-key',
  phase: PHASES.proof,
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

/** Milliseconds for which an operator's approval is good: who approved it had this operation in mind. */
const APPROVAL_LASTS = 24 * 60 * 60 * 1000;

/** Why a device that can prove nothing has to wait. */
export function findMissingProof(context: OperationContext): CardwrightError | null {
  if (context.of(deviceProof).way !== 'operator') return null;
  const { pukApprovedAt } = context.ownDevice.row;
  const isApproved = pukApprovedAt !== null && context.records.now.getTime() - pukApprovedAt.getTime() < APPROVAL_LASTS;
  return isApproved ? null : new CardwrightError('APPROVAL_NEEDED');
}
