import { CardwrightError } from '@cardwright/protocol';
import { SLOTS, type DeviceInfo, type Slot } from '@cardwright/protocol/devices';
import { attestationFailure } from '../attestation/attestation-failure.js';
import { certificateIn } from '../card-secrets/certified-key.js';
import { trustOf } from '../card-secrets/trust.js';
import { isProvedNow, provesNewKeys, unprovenRuleOf } from '../devices/device-trust.js';
import { findWork } from '../devices/waiting-work.js';
import type { OperationContext } from '../operations/context.js';
import type { Holdings } from '../operations/definition.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import { isKeyInDoubt, isOldKeyGone, type OrderedIn9D } from '../devices/key-in-9d.js';
import { keyRenewalOf, movesKeys, type KeyRenewal } from '../rules/renewed-keys.js';
import type { Certificate, Device, Proof } from '../store/rows.js';
import type { ReasonCode } from '../words/reasons.js';

const DAY = 24 * 60 * 60 * 1000;

/**
 * True if a certificate in one of the policy's slots has ended, or ends within the days in which the policy lets its owner renew it. Also true if a
 * slot has no certificate, and a renewal makes its key: an earlier renewal was given up after the old key was gone, or may have been in 9D.
 */
export const isRenewalDue = (
  { certificates, policy }: Pick<Holdings, 'certificates' | 'policy'>,
  device: OrderedIn9D,
  now: Date,
): boolean =>
  policy !== undefined &&
  SLOTS.some((slot) => {
    if (policy.slots[slot] === undefined) return false;
    if (slot === '9D' && isKeyInDoubt(device)) return true;
    const own = certificates.filter((certificate) => certificate.slot === slot);
    if (own.length === 0) return mayBeMissing(policy.renewedKeys, slot);
    return own.some((certificate) => isDue(certificate, policy, now));
  });

/** True if a certificate has ended, or ends within the days in which the policy lets its owner renew it. */
export const isDue = (
  { notAfter }: Pick<Certificate, 'notAfter'>,
  { renewalDays }: Pick<DevicePolicy, 'renewalDays'>,
  now: Date,
): boolean => notAfter.getTime() - now.getTime() <= renewalDays * DAY;

/** True if a slot without a certificate gets a key and a certificate again. 9D may lack one because its key cannot sign. */
const mayBeMissing = (renewedKeys: DevicePolicy['renewedKeys'] = {}, slot: Slot): boolean =>
  slot !== '9D' && renewedKeys[slot] === 'new-key';

/**
 * Chooses the slots whose certificates are renewed: all slots of the policy with a certified key, and those whose key is replaced.
 *
 * @param replaced slots whose keys are replaced
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE` if there is no such slot, or if none of their certificates is due and no operator asked for the renewal
 */
export function chooseSlots(context: OperationContext, policy: DevicePolicy, replaced: readonly Slot[]): Slot[] {
  const { ownDevice, records } = context;
  const slots = SLOTS.filter(
    (slot) =>
      policy.slots[slot] !== undefined &&
      (certificateIn(context, slot) !== undefined ||
        (replaced.includes(slot) && (slot !== '9D' || isOldKeyGone(ownDevice.row)))),
  );
  if (slots.length === 0) throw notEligible('no-certificate-to-renew');
  const { certificates } = ownDevice;
  const isAsked = findWork(ownDevice, 'renew', records.now) !== undefined;
  if (!isAsked && !isRenewalDue({ certificates, policy }, ownDevice.row, records.now))
    throw notEligible('renewal-not-due');
  return slots;
}

/** A certificate that may be renewed, and the terms of the new one, by the current policy. */
export interface Renewable {
  readonly former: Certificate;
  readonly days: number;
  readonly proof: Proof;
}

/**
 * Judges by the current policy, not by the policy at the start, whether the certificate of a slot may be renewed for the same key. A stricter policy
 * therefore applies at once.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE` if the policy wants another key in the slot, or the model is no longer issued; an error of
 * `attestationFailure` if the policy no longer accepts the proof of the key
 */
export function requireRenewable(context: OperationContext, slot: Slot): Renewable {
  const policy = requirePolicy(context);
  const former = certificateIn(context, slot);
  if (!former) throw notEligible('no-certificate-to-renew');
  if (policy.slots[slot] !== former.algorithm) throw notEligible('renewal-needs-new-keys');
  return { former, days: policy.certificateDays, proof: proofNow(context, former) };
}

/**
 * Judges by the current policy whether a new key's certificate may become good, and returns how the key counts as proved.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE` if the policy wants another key by now; an error of `attestationFailure`
 */
export function requireNewKey(context: OperationContext, slot: Slot, certificate: Certificate): Proof {
  const { slots, unprovenKeys } = requirePolicy(context);
  if (slots[slot] !== certificate.algorithm) throw notEligible('renewal-needs-new-keys');
  if (certificate.proof === 'not-proved' && unprovenKeys !== 'allow') throw attestationFailure('attestation-missing');
  return proofNow(context, certificate);
}

/**
 * Decides what a renewal does with a slot of a device. A key stays if the policy issues only devices with proved keys, or has an operator approve
 * others, and this device could not prove a new key: anybody's key could be certified instead. Where the old key of 9D is gone already, the slot gets
 * a new one, whatever the policy says of old keys.
 */
export function renewalOf(
  policy: DevicePolicy,
  card: Pick<DeviceInfo, 'firmware' | 'capabilities'>,
  device: Pick<Device, 'proof' | 'identity'> & OrderedIn9D,
  slot: Slot,
): KeyRenewal {
  const isAccepted = policy.unprovenKeys === 'allow' || provesNewKeys(device, policy);
  if (isAccepted && slot === '9D' && isOldKeyGone(device) && !movesKeys(card)) return 'overwritten';
  return isAccepted ? keyRenewalOf(policy.renewedKeys, card, slot) : 'kept';
}

/** Returns the current policy. @throws CardwrightError `DEVICE_NOT_ELIGIBLE` if the model is no longer issued */
export function requirePolicy({ policyNow }: OperationContext): DevicePolicy {
  if (!policyNow) throw notEligible('model-not-issued');
  return policyNow;
}

/**
 * Returns how a certified key counts as proved by the current policy. A key that was never proved is renewed unless the policy refuses such keys: the
 * device is active with it. A key whose vendor is no longer trusted needs a policy that issues such devices like any other, because no operator has
 * approved the device.
 */
function proofNow(context: OperationContext, { proof }: Certificate): Proof {
  const trust = trustOf(context);
  const { identity, firmware } = context.ownDevice.row;
  if (isProvedNow({ proof, identity }, trust)) return 'attested';
  const rule = unprovenRuleOf({ identity, firmware }, trust);
  const isAccepted = rule === 'allow' || (rule === 'supervised' && proof === 'not-proved');
  if (isAccepted) return 'not-proved';
  throw attestationFailure(proof === 'attested' ? 'attestation-root-unknown' : 'attestation-missing');
}

/** Makes the error that refuses a renewal. */
export const notEligible = (reason: ReasonCode): CardwrightError =>
  new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason });
