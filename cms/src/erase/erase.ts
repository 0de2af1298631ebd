import { chooseProof, keyProofStep, ownKeyStep, ownWitnessStep } from '../card-secrets/device-proof.js';
import { findCandidates, ownKeysAmong } from '../card-secrets/management-authentication.js';
import { whyDeclined } from '../devices/declined.js';
import { notLostForGood, owned, type Condition } from '../devices/eligibility.js';
import type { OperationContext } from '../operations/context.js';
import { defineOperation, inState } from '../operations/definition.js';
import { causeOfErasure, isLocked } from '../rules/card-facts.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import { PHONE, SECURITY_KEY } from '../rules/device-state.js';
import { ownWords } from '../words/language.js';
import { confirmStep } from './confirmation.js';
import { erasing, GIVEN_BACK, isBeingErased } from './erase-state.js';
import { factoryPinsStep, pukInUseStep } from './factory-pins.js';
import { fidoAfterPivStep, fidoBeforePivStep, isFidoOurs } from './fido.js';
import { otherPinSteps } from './other-pin.js';
import { overwriteStep, readBackStep, requireOpenValues, slotsToOverwrite, witnessStep } from './overwrite.js';
import { factoryKeyStep, factoryWitnessStep, resetStep } from './reset.js';

/**
 * States in which a device can be given back. A terminated device may turn up again. A released device is accepted while its card may have
 * secrets of the CMS (`owned`).
 */
const STATES = ['active', 'pending', 'failed', 'terminated', 'available'] as const;

const notDeclined: Condition = (_card, device) => (whyDeclined(device) === null ? null : { code: 'declined' });

const hasPiv: Condition = ({ info }) => (info.applications.includes('piv') ? null : { code: 'no-piv' });

const mayBeErased: Condition = ({ info, policy }) =>
  policy?.reset === 'refuse' ? { code: `${causeOfErasure(info)}-erasing-refused` } : null;

/** Maximum age of the proof of identity, in minutes. An abandoned session is not enough to destroy a device. */
const FRESH = 10;

/**
 * Lets the owner of a device give it back:
 *
 * 1. The device proves that it is the one that was issued.
 * 2. Its owner agrees in the extension's window.
 * 3. Its certificates are revoked for good.
 * 4. Its card is reset, or overwritten if the card cannot reset itself. Its FIDO2 application is reset too if the organisation registered passkeys
 *    there, and the device allows a reset of this application alone.
 * 5. The erased card is read back, and the secrets in its escrows are dropped.
 *
 * After an interruption, another session of the owner continues.
 */
export const erase = defineOperation({
  kind: 'erase',
  title: ownWords(({ titles }) => titles.erase),
  label: ownWords(({ labels }) => labels.erase),
  eligibility: owned(...STATES)
    .and(notDeclined)
    .and(hasPiv)
    .and(mayBeErased)
    .and(notLostForGood),
  isOffered: ({ state, model }) =>
    (state === 'active' || state === 'terminated') && model !== PHONE && model !== SECURITY_KEY,
  needsFreshProof: FRESH,
  begin: (context, { policy }) => begin(context, policy),
  requireUnderWay: inState(...STATES),
  steps: [
    keyProofStep,
    ownWitnessStep,
    ownKeyStep,
    confirmStep,
    fidoBeforePivStep,
    resetStep,
    factoryWitnessStep,
    factoryKeyStep,
    witnessStep,
    overwriteStep,
    pukInUseStep,
    ...otherPinSteps,
    factoryPinsStep,
    readBackStep,
    fidoAfterPivStep,
  ],
  settle: { done: giveBack, failed: () => undefined },
});

async function begin(context: OperationContext, policy: DevicePolicy): Promise<void> {
  const { info, ownDevice } = context;
  const wasOrdered = isBeingErased(ownDevice.row);
  const withFido = await isFidoOurs(context);
  if (info.capabilities?.reset) {
    context.keep(erasing, { way: 'reset', wasOrdered, withFido });
    const candidates = await findCandidates(context, policy, info);
    const own = ownKeysAmong(candidates);
    // The card may have its factory key: the answer to a reset was lost, or the card never got a key of the CMS.
    // Some cards make their keys unusable when PIN and PUK are blocked, but keep their management key.
    const mayLackKey = isLocked(info) && own.length > 0;
    chooseProof(context, wasOrdered || own.length === 0 ? candidates : own, { mayLackKey });
    return;
  }
  await requireOpenValues(context);
  context.keep(erasing, {
    way: 'overwrite',
    wasOrdered,
    withFido,
    slots: slotsToOverwrite(policy, info, ownDevice.certificates),
  });
  // The card's management key is that of its model, so it proves nothing.
  chooseProof(context, []);
}

/** Ends the erasure, and releases the device. The card is new, so its former secrets are useless from now on. */
function giveBack(context: OperationContext): void {
  const { ownDevice, person, info } = context;
  ownDevice.noteErased();
  context.report('device.erased', { model: info.model, serial: info.serial });
  if (ownDevice.row.state === 'available') ownDevice.change({ stateReason: GIVEN_BACK });
  else ownDevice.changeState('available', person.username, GIVEN_BACK);
}
