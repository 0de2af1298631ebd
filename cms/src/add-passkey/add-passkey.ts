import { CardwrightError } from '@cardwright/protocol';
import { chooseProof, deviceProof, keyProofStep, ownKeyStep, ownWitnessStep } from '../card-secrets/device-proof.js';
import { findCandidates, ownKeysAmong } from '../card-secrets/management-authentication.js';
import { owned } from '../devices/eligibility.js';
import { canChangePasskeys } from '../devices/passkey-holder.js';
import { deletePasskeyStep } from '../issue/fido/delete-passkey.js';
import { fidoPinStep } from '../issue/fido/fido-pin.js';
import { passkeyStep } from '../issue/fido/passkey.js';
import { registration } from '../issue/fido/passkey-state.js';
import { finishUnfinished } from '../issue/fido/unfinished-passkey.js';
import { policySlice } from '../issue/issue-state.js';
import type { OperationContext } from '../operations/context.js';
import { defineOperation, inState, keepState } from '../operations/definition.js';
import type { DevicePolicy, PasskeyPolicy } from '../rules/device-policy.js';
import { SECURITY_KEY } from '../rules/device-state.js';
import type { ReasonCode } from '../words/reasons.js';
import { ownWords } from '../words/language.js';

/** Maximum age of the proof of identity, in minutes. After that, an abandoned session or a copy of its cookie is not enough to add a passkey. */
const FRESH = 5;

/**
 * Gives an active device one more passkey: at the first service of its policy at which it has none yet.
 *
 * 1. The device proves that it is the one that was issued, if it has keys for that.
 * 2. The owner enters the FIDO PIN once, or the browser asks for it, and the device makes the passkey.
 * 3. The device proves that the passkey is on it, and the service accepts the passkey.
 *
 * The steps are those of an issuance, but the FIDO2 application is never reset, because it has other passkeys. If the addition is given up, a passkey
 * that the service may have accepted becomes due for removal there.
 */
export const addPasskey = defineOperation({
  kind: 'add-passkey',
  title: ownWords(({ titles }) => titles.addPasskey),
  label: ownWords(({ labels }) => labels.addPasskey),
  eligibility: owned('active'),
  isOffered: (device, { passkeys, policy }) =>
    canChangePasskeys(device) && findMissing(policy?.passkeys?.services, passkeys) !== undefined,
  needsFreshProof: FRESH,
  async begin(context, { policy }) {
    chooseService(context, policy);
    await finishUnfinished(context);
    chooseProof(context, ownKeysAmong(await findCandidates(context, policy, context.info)));
    if (context.of(deviceProof).way === 'none' && context.ownDevice.row.model !== SECURITY_KEY)
      throw notEligible('device-cannot-prove');
  },
  requireUnderWay: inState('active'),
  steps: [keyProofStep, ownWitnessStep, ownKeyStep, fidoPinStep, deletePasskeyStep, passkeyStep],
  settle: { done: keepState, failed: keepState },
});

/**
 * Chooses the service of this operation, and keeps the policy for its steps with this service alone. A registration whose results wait for their
 * service stays with it. Any other choice is made again in each session, by the present policy.
 *
 * The user types the FIDO PIN even if it is the device PIN too, because the host knows neither. A reset would erase the passkeys that the device has.
 */
function chooseService(context: OperationContext, policy: DevicePolicy): void {
  const { begun, unfinished } = context.of(registration);
  const missing = findMissing(policy.passkeys?.services, context.ownDevice.passkeys);
  const service = unfinished ? begun?.service : missing;
  if (!policy.passkeys || service === undefined) throw notEligible('no-passkey-to-add');
  const passkeys: PasskeyPolicy = { ...policy.passkeys, services: [service], pin: 'separate', reset: 'refuse' };
  context.keep(policySlice, { policy: { ...policy, passkeys } });
}

/** Returns the first of these services at which a device has no passkey; undefined if there is none. */
const findMissing = (
  services: readonly string[] = [],
  passkeys: readonly { readonly service: string }[],
): string | undefined => services.find((name) => !passkeys.some(({ service }) => service === name));

const notEligible = (reason: ReasonCode): CardwrightError => new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason });
