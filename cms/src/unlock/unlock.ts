import { chooseProof, keyProofStep, ownKeyStep, ownWitnessStep } from '../card-secrets/device-proof.js';
import { findCandidates, ownKeysAmong } from '../card-secrets/management-authentication.js';
import { owned, pukUsable } from '../devices/eligibility.js';
import { endCode } from '../devices/unlock-code.js';
import type { OperationContext } from '../operations/context.js';
import { defineOperation, inState } from '../operations/definition.js';
import { PHONE, SECURITY_KEY } from '../rules/device-state.js';
import { ownWords } from '../words/language.js';
import { endApproval, endOldApproval } from './missing-proof.js';
import { newPinStep } from './new-pin.js';
import { newPukStep } from './new-puk.js';

/** Maximum age of the proof of identity, in minutes. After that, an abandoned session or a copy of its cookie is not enough to set a PIN. */
const FRESH = 5;

/**
 * Gives the owner of an active device a new PIN if the old one is blocked or forgotten:
 *
 * 1. The device proves that it is the one that was issued. If the device can prove nothing, an operator has to approve the unlock.
 * 2. The owner chooses a PIN, before anything is written.
 * 3. The PUK sets this PIN on the card.
 * 4. The card gets a new PUK, which was escrowed before.
 *
 * After any interruption, the card has the old PIN or the new one, and a PUK that the CMS keeps.
 */
export const unlock = defineOperation({
  kind: 'unlock',
  title: ownWords(({ titles }) => titles.unlock),
  label: ownWords(({ labels }) => labels.unlock),
  eligibility: owned('active').and(pukUsable),
  needsCode: ({ unlockNeedsCode }) => unlockNeedsCode,
  isOffered: ({ state, model }) => state === 'active' && model !== PHONE && model !== SECURITY_KEY,
  needsFreshProof: FRESH,
  begin: async (context, { policy }) => {
    endOldApproval(context);
    chooseProof(context, ownKeysAmong(await findCandidates(context, policy, context.info)));
  },
  requireUnderWay: inState('active'),
  steps: [keyProofStep, ownWitnessStep, ownKeyStep, newPinStep, newPukStep],
  settle: { done: endConsent, failed: endConsent },
});

/**
 * Ends the approval and the one-time code, which are valid for one operation. An unlock that is cancelled because its user closes the window leaves
 * both in place, but no later operation accepts them.
 */
function endConsent(context: OperationContext): void {
  const { ownDevice } = context;
  endCode(ownDevice);
  ownDevice.noteInterruption(null);
  endApproval(context);
}
