import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { chooseProof, keyProofStep, ownKeyStep, ownWitnessStep } from '../card-secrets/device-proof.js';
import { findCandidates, ownKeysAmong } from '../card-secrets/management-authentication.js';
import { owned } from '../devices/eligibility.js';
import { canChangePasskeys } from '../devices/passkey-holder.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import { defineOperation, inState, keepState, type Phase, type Step } from '../operations/definition.js';
import { meetAgain } from '../operations/meet-again.js';
import { noteRemoved } from '../passkeys/removal.js';
import { originOf } from '../passkeys/way.js';
import type { ReasonCode } from '../words/reasons.js';
import { ownWords } from '../words/language.js';
import { isOrdered, isToBeDeleted, passkeyOf, removal, serviceOf } from './removal-state.js';

/** Maximum age of the proof of identity, in minutes. After that, an abandoned session or a copy of its cookie is not enough to remove a passkey. */
const FRESH = 5;
const PHASE: Phase = { name: 'remove-passkey', words: ownWords(({ phases }) => phases.removePasskey) };

/**
 * Step that orders the removal, after the device has given its proof. The row of the passkey is due before the service is told, so that the removal
 * is carried out whatever becomes of this session.
 */
const orderStep: Step = {
  name: 'order-removal',
  phase: PHASE,
  progress: 30,
  slices: [removal],
  needed: (context) => isToBeDeleted(context) && !isOrdered(context),
  prepare: order,
  calls: (context) => [call('fido.getInfo', {}, { read: ({ device }) => meetAgain(context, device) })],
};

/** Step that deletes the passkey on the device, once its service has removed it. The user enters the FIDO PIN. */
const deleteStep: Step = {
  name: 'delete-passkey',
  phase: PHASE,
  progress: 60,
  slices: [removal],
  needed: (context) => isToBeDeleted(context) && isOrdered(context),
  waitsFor: removeAtService,
  calls: (context) => [deletePasskey(context)],
  errors: {
    USER_CANCELLED: 'interrupt',
    USER_TIMEOUT: 'interrupt',
    // The passkey is gone at its service. What stays on the device opens nothing.
    FIDO_PIN_BLOCKED: 'finish',
    FIDO_PIN_MISSING: 'finish',
    FIDO_UNREACHABLE: 'finish',
    RP_NOT_ALLOWED: 'finish',
  },
};

function order(context: OperationContext): void {
  context.ownDevice.dropPasskey(passkeyOf(context).id, context.person.username);
}

/**
 * Has the service remove the passkey. If the service does not answer or refuses, the session rests, and the passkey stays due, so that
 * `removeDuePasskeys` tries again.
 */
async function removeAtService(context: OperationContext): Promise<CardwrightError | null> {
  const { records, person } = context;
  const { id, service: name, credentialId } = passkeyOf(context);
  const known = await records.transaction.findPasskey(name, credentialId);
  const service = serviceOf(context);
  if (known?.passkey.id !== id || !service) return null;
  try {
    await service.remove(person, known.passkey.serviceId);
  } catch (error) {
    if (isCardwrightError(error, 'PASSKEY_SERVICE_UNAVAILABLE')) return error;
    if (isCardwrightError(error, 'PASSKEY_SERVICE_REFUSED')) return error;
    throw error;
  }
  noteRemoved(records, known.passkey, person.username);
  return null;
}

function deletePasskey(context: OperationContext) {
  const { rpId, credentialId: credential } = passkeyOf(context);
  const service = serviceOf(context);
  if (!service) throw new Error('the service of the passkey is not known');
  return call(
    'fido.deleteCredential',
    { rpId, credential, origin: originOf(service), secrets: { fidoPin: { source: 'user' } } },
    {
      read: ({ deleted }) => {
        context.keep(removal, { isDeleted: true });
        context.report('passkey.deleted', { passkeyId: passkeyOf(context).id }, deleted ? 'ok' : 'failed');
      },
    },
  );
}

/**
 * Removes one passkey of an active device, which its owner has chosen: first at its service, then on the device if the host can. The device first
 * proves that it is the one that was issued, if it has keys for that.
 *
 * A removal that was ordered is never lost. A service that is away is asked again by `removeDuePasskeys`. If the session ends before the device has deleted the
 * passkey, the next session deletes it. A passkey that stays on the device opens nothing.
 */
export const removePasskey = defineOperation({
  kind: 'remove-passkey',
  title: ownWords(({ titles }) => titles.removePasskey),
  label: ownWords(({ labels }) => labels.removePasskey),
  subject: 'passkey',
  eligibility: owned('active'),
  isOffered: (device, { passkeys }) => canChangePasskeys(device) && passkeys.length > 0,
  needsFreshProof: FRESH,
  async begin(context, { policy }, subject) {
    choosePasskey(context, subject);
    chooseProof(context, ownKeysAmong(await findCandidates(context, policy, context.info)));
  },
  requireUnderWay: inState('active'),
  steps: [keyProofStep, ownWitnessStep, ownKeyStep, orderStep, deleteStep],
  settle: { done: order, failed: keepState },
});

/**
 * Chooses the passkey that the page named, if the device has it. A passkey that an earlier session of this operation chose may be due or removed by
 * now.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE` for any other passkey, whether or not it exists
 */
function choosePasskey(context: OperationContext, subject: string | undefined): void {
  const found = context.ownDevice.passkeys.find(({ id }) => id === subject);
  if (found) {
    const { id, service, rpId, credentialId } = found;
    context.keep(removal, { passkey: { id, service, rpId, credentialId }, isDeleted: false });
  } else if (subject === undefined || context.of(removal).passkey?.id !== subject) {
    const reason: ReasonCode = 'no-such-passkey';
    throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason });
  }
}
