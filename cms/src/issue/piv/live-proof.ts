import { attestationFailure } from '../../attestation/attestation-failure.js';
import { trustOf } from '../../card-secrets/trust.js';
import { judgeProof, PROOF_SLOT, proofKeyOf, proofOrder, type LiveProof } from '../../card-secrets/vendor-proof.js';
import { unprovenRuleOf } from '../../devices/device-trust.js';
import { call } from '../../operations/call.js';
import type { OperationContext } from '../../operations/context.js';
import type { Call } from '../../operations/definition.js';
import { capabilitiesOf, issuancePolicy, proof } from '../issue-state.js';

/**
 * True if the device can attest keys, and so is expected to prove its identity. On any other device, no key is generated before the device has a
 * row.
 */
export const promisesProof = ({ info }: OperationContext): boolean => capabilitiesOf(info).attestation;

/**
 * Makes the call by which the device proves its identity.
 *
 * @param proved called after the proof was judged
 */
export function proveDevice(context: OperationContext, proved: (shown: LiveProof) => Promise<void>): Call {
  const { challenge } = context.of(proof);
  if (challenge === null) throw new Error('a device that proves itself signs a challenge');
  return call('key.prove', proofOrder(issuancePolicy(context), challenge), {
    read: async (result) => {
      const shown = await judgeProof(context.info, trustOf(context), challenge, result);
      requireProvableKeys(context, shown);
      context.keep(proof, { shown });
      await proved(shown);
    },
    failed: () => {
      // After an error it is unknown whether a new key replaced the key in 9E, so the certificate of the old key is revoked.
      context.device?.supersedeCertificates([PROOF_SLOT], context.operation.id);
      return undefined;
    },
  });
}

/**
 * Refuses a device whose vendor signed no serial number, if the policy refuses the unproved keys of such a device and wants keys in other slots than
 * 9E: the device could not prove those keys. So far, at most the key in 9E and the CHUID of the card have changed.
 *
 * @throws CardwrightError `ATTESTATION_MISSING`
 */
function requireProvableKeys(context: OperationContext, { identity }: LiveProof): void {
  const hasOthers = Object.keys(issuancePolicy(context).slots).some((slot) => slot !== PROOF_SLOT);
  if (identity?.serial !== null || !hasOthers) return;
  const rule = unprovenRuleOf({ identity: identity.key, firmware: identity.firmware }, trustOf(context));
  if (rule === 'refuse') throw attestationFailure('attested-serial-missing');
}

/** Supersedes the certificate in 9E if it certifies another key than the key of the proof. */
export function supersedeOtherKey({ device, operation }: OperationContext, shown: LiveProof): void {
  const { hash } = proofKeyOf(shown);
  const isOther = device?.certificates.some(
    (certificate) => certificate.slot === PROOF_SLOT && certificate.keyHash !== hash,
  );
  if (isOther) device?.supersedeCertificates([PROOF_SLOT], operation.id);
}
