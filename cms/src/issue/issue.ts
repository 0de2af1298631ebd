import { CardwrightError } from '@cardwright/protocol';
import { attestationFailure } from '../attestation/attestation-failure.js';
import { authentication, findCandidates } from '../card-secrets/management-authentication.js';
import { trustOf } from '../card-secrets/trust.js';
import { isProvedNow, unprovenRuleOf } from '../devices/device-trust.js';
import { judgeIssuance } from '../devices/issuance-eligibility.js';
import type { OperationContext } from '../operations/context.js';
import { defineOperation, type Step } from '../operations/definition.js';
import { wantsPiv } from '../rules/device-policy.js';
import { newAlgorithmOf } from '../rules/management-key-algorithm.js';
import { ownWords } from '../words/language.js';
import { eraseStep } from './erasure/erasure.js';
import { beginOverwriting, overwritingSteps } from './erasure/overwriting.js';
import { deletePasskeyStep } from './fido/delete-passkey.js';
import { fidoFactsStep, fidoPinStep, fidoResetStep } from './fido/fido-pin.js';
import { missingPasskeys, notePinBefore } from './fido/passkey-state.js';
import { passkeyStep } from './fido/passkey.js';
import { finishUnfinished } from './fido/unfinished-passkey.js';
import { erasure, issuancePolicy, policySlice } from './issue-state.js';
import { authenticateStep, witnessStep } from './piv/authenticate.js';
import { certificatesStep } from './piv/certificates.js';
import { keysStep, newWitnessStep } from './piv/keys.js';
import { otherPinStep } from './piv/other-pin.js';
import { pinStep } from './piv/pin.js';

/** Maximum age of the proof of identity, in minutes. An abandoned session is not enough to get keys in the name of its user. */
const FRESH = 10;

/**
 * Issues a device. Without an interruption, that takes six requests of the page: the start, and the results of the steps `witness`,
 * `authenticate`, `keys`, `certificates` and `pin`. Each further candidate for the management key takes one more request.
 *
 * A used card is erased first: in one step, or in the steps of `erase` if the card cannot reset itself. Passkeys come between the certificates
 * and the PIN; a device without PIV gets only passkeys. Each step is skipped if store and card show that it is done, so that a new session
 * continues where the last one ended.
 */
export const issue = defineOperation({
  kind: 'issue',
  title: ownWords(({ titles }) => titles.issue),
  eligibility: judgeIssuance,
  needsFreshProof: FRESH,

  async begin(context, { action, policy: ordered, released }) {
    const { device, info, person } = context;
    const policy = { ...ordered, managementKeyAlgorithm: newAlgorithmOf(ordered, info) };
    if (device?.row.state === 'failed' && action === 'continue') device.changeState('producing', person.username, null);
    context.keep(policySlice, { policy });
    context.keep(erasure, { isDue: action === 'erase' });
    context.keep(authentication, { candidates: await findCandidates(context, policy, info) });
    notePinBefore(context);
    if (released) await beginOverwriting(context, policy, released);
    await finishUnfinished(context);
    // The policy now wants a passkey that the device did not have to get before, so the device is incomplete again.
    if (device?.row.state === 'pending' && missingPasskeys(context).length > 0)
      device.changeState('producing', person.username, null);
  },

  /** Refuses results if the device is no longer being issued, for example because an operator has terminated or suspended it. */
  requireUnderWay(context) {
    const state = context.device?.row.state;
    const isUnderWay = state === undefined || state === 'producing' || state === 'pending';
    const isToBeErased = (state === 'failed' || state === 'available') && context.of(erasure).isDue;
    if (!isUnderWay && !isToBeErased) throw new CardwrightError('DEVICE_STATE', { state });
  },

  steps: [
    ...[
      ...overwritingSteps,
      eraseStep,
      witnessStep,
      authenticateStep,
      otherPinStep,
      keysStep,
      newWitnessStep,
      certificatesStep,
    ].map(ofPiv),
    fidoFactsStep,
    fidoResetStep,
    fidoPinStep,
    deletePasskeyStep,
    passkeyStep,
    ofPiv(pinStep),
  ],
  settle: { done: activate, failed: keepOrGiveUp },
});

/** Makes a step that is skipped for a device without keys and certificates. */
function ofPiv(step: Step): Step {
  return { ...step, needed: (context) => wantsPiv(issuancePolicy(context)) && step.needed(context) };
}

/**
 * Activates the device. If its keys are not proved and the policy is `supervised`, leaves the device to an operator's approval. By now, only the user
 * knows the device's PIN.
 *
 * @throws CardwrightError `ATTESTATION_UNTRUSTED`, `ATTESTATION_MISSING` if the keys are not proved and the policy refuses such keys
 */
function activate(context: OperationContext): void {
  const { ownDevice: device, person } = context;
  const trust = trustOf(context);
  const wasProved = device.row.proof === 'attested';
  if (wasProved && isProvedNow(device.row, trust)) {
    device.changeState('active', person.username, null);
    return;
  }
  const rule = unprovenRuleOf(device.row, trust);
  if (rule === 'refuse') throw attestationFailure(wasProved ? 'attestation-root-unknown' : 'attestation-missing');
  if (wasProved) device.change({ proof: 'not-proved' });
  // Only the page and the host say that the keys are on the device. If the policy does not allow such keys, an operator decides first.
  device.changeState(rule === 'allow' ? 'active' : 'awaiting-approval', person.username, null);
}

/**
 * Ends an issuance that did not complete: the device becomes `available` if no secret of the CMS may be on the card, and `failed` if a secret may be
 * there. A device that is not `producing` keeps its state: a pending device lacks only the owner's choice of a PIN.
 */
async function keepOrGiveUp(context: OperationContext, error: CardwrightError | null): Promise<void> {
  const state = context.device?.row.state ?? 'producing';
  // While the erasure is due, no answer has confirmed that the card is blank, so the device keeps its state.
  if (state !== 'producing' || context.of(erasure).isDue) return;
  await finishUnfinished(context);
  const { device, person } = context;
  if (!device) return;
  // An escrow is dropped only after the card has proved another key. A device without escrows therefore has no secret of the CMS on its card.
  const isUntouched = device.escrows.length === 0;
  device.changeState(isUntouched ? 'available' : 'failed', person.username, error?.code ?? 'CANCELLED');
}
