import { SLOT_PIN_POLICY, SLOTS, type Slot } from '@cardwright/protocol/devices';
import { certificateIn, useCertifiedKey } from '../card-secrets/certified-key.js';
import { deviceProof } from '../card-secrets/device-proof.js';
import { certify, type CertificateParties } from '../devices/certify.js';
import type { CardKey } from '../keys/card-key.js';
import { newChallenge } from '../keys/new-challenge.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call, Step } from '../operations/definition.js';
import { whenUserStops } from '../operations/ended-by-user.js';
import { pinpadOf } from '../rules/pinpad.js';
import { attested, isToAttest, requireAttested, type ShownKey } from './attested-key.js';
import { isDoubted, keptKey, replaceLostKey } from './key-in-place.js';
import { requireRenewable } from './renewable.js';
import { attestedKeys, newKeys, PHASES, renewal, requests, slotsWithoutNew } from './renewal-state.js';

const PURPOSE = 'renewal';

/**
 * Step in which the user enters the PIN once, and each key signs a request for its new certificate. The new certificates are on hold. The certified
 * key itself has to sign, so that a page or another card cannot have another key certified.
 */
export const requestStep: Step = {
  name: 'renewal-requests',
  phase: PHASES.pin,
  progress: 15,
  slices: [deviceProof, renewal, requests, newKeys, attestedKeys],
  needed: (context) => slotsToSign(context).length > 0,
  round: (context) => slotsToSign(context).join(),
  prepare: (context) => {
    context.keep(requests, { challenge: newChallenge() });
    context.keep(attestedKeys, { asked: slotsToSign(context).filter((slot) => isToAttest(context, slot)) });
  },
  calls: (context) => {
    const slots = slotsToSign(context);
    return [...enteredPin(context, slots), ...slots.flatMap((slot) => request(context, slot))];
  },
  errors: whenUserStops(giveUp),
};

/**
 * Lists the slots whose keys sign. If the device could prove itself in no other way, one key signs in each session, also when all requests are
 * there.
 */
function slotsToSign(context: OperationContext): Slot[] {
  const missing = slotsWithoutNew(context);
  const isUnknown = context.of(deviceProof).way === 'none' && !context.of(requests).isSigned;
  return missing.length > 0 || !isUnknown ? missing : slotsThatProve(context).slice(0, 1);
}

/** Lists the slots with a certified key that is certainly on the card. */
export const slotsThatProve = (context: OperationContext): Slot[] =>
  SLOTS.filter((slot) => certificateIn(context, slot)?.doubtedBy === null);

/**
 * Makes the call that verifies the PIN, if a key of these slots needs it and the owner has not entered it in this session. The host remembers the PIN
 * for the signatures of the session.
 */
export function enteredPin(context: OperationContext, slots: readonly Slot[]): Call[] {
  const isNeeded = slots.some((slot) => SLOT_PIN_POLICY[slot] !== 'never');
  if (!isNeeded || context.of(requests).hasPin) return [];
  return [verifiedPin(context)];
}

/** Makes the call that verifies the PIN, which the owner enters. */
export const verifiedPin = (context: OperationContext): Call =>
  call(
    'pin.verify',
    { ...pinpadOf(context.policyNow), secrets: { pin: { source: 'user' } } },
    { read: () => notePin(context) },
  );

/** Records that the host remembers the PIN for the signatures of the session. */
export const notePin = (context: OperationContext): void => context.keep(requests, { hasPin: true });

function request(context: OperationContext, slot: Slot): Call[] {
  const shown: ShownKey = { attestation: null };
  return [...attested(context, slot, shown), signed(context, slot, shown)];
}

const signed = (context: OperationContext, slot: Slot, shown: ShownKey): Call =>
  useCertifiedKey(context, {
    slot,
    certificate: () => certificateIn(context, slot) ?? { keyHash: null },
    challenge: () => {
      const { challenge } = context.of(requests);
      if (challenge === null) throw new Error('a certification request answers a challenge');
      return challenge;
    },
    purpose: PURPOSE,
    gone: isDoubted(context, slot) ? () => replaceLostKey(context, slot) : undefined,
    proved: async (key) => {
      const isMissing = slotsWithoutNew(context).includes(slot);
      context.keep(requests, { isSigned: true });
      if (isDoubted(context, slot)) keptKey(context, slot);
      if (!isMissing) return;
      await requireAttested(context, slot, key, shown);
      await certifyAgain(context, slot, key);
    },
  });

/** Requests the new certificate for a key that has just signed. */
async function certifyAgain(context: OperationContext, slot: Slot, key: CardKey): Promise<void> {
  const { operation, ownDevice: device, person, records, services } = context;
  const { former, days, proof } = requireRenewable(context, slot);
  const { algorithm } = former;
  const policies = [services.certificatePolicies[proof === 'attested' ? 'proved' : 'unproved']];
  const report: CertificateParties['report'] = (...entry) => context.report(...entry);
  await certify(
    { authority: services.authority, device, person, now: records.now, report },
    { slot, key, policies, days, algorithm, proof, pendingRenewal: operation.id },
  );
  context.keep(renewal, { days });
}

/** Cancels the renewal if its user does not want to continue, or should not try the PIN again here. What was read back before stays good. */
export function giveUp({ operation, ownDevice }: OperationContext): 'cancel' {
  ownDevice.endRenewals(operation.id, 'own');
  return 'cancel';
}
