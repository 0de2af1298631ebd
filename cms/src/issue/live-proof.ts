import { decodeBytes } from '@cardwright/protocol';
import { attestationFailure } from '../attestation/attestation-failure.js';
import { trustOf } from '../card-secrets/trust.js';
import { judgeProof, PROOF_SLOT, proofOrder, type LiveProof } from '../card-secrets/vendor-proof.js';
import { keyHashOf } from '../keys/key-hash.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call } from '../operations/definition.js';
import { capabilitiesOf, policyOf, proof } from './issue-state.js';

/** Whether the device is expected to prove who it is. On one that is not, no key is made before it has a row. */
export const promisesProof = ({ info }: OperationContext): boolean => capabilitiesOf(info).attestation;

/**
 * Has the device prove who it is, now.
 *
 * @param proved called once it did
 */
export function proveDevice(context: OperationContext, proved: (shown: LiveProof) => Promise<void>): Call {
  const { challenge } = context.of(proof);
  if (challenge === null) throw new Error('a device that proves itself signs a challenge');
  return call('key.prove', proofOrder(policyOf(context), challenge), {
    read: async (result) => {
      const shown = await judgeProof(context.info, trustOf(context), challenge, result);
      requireProvableKeys(context, shown);
      context.keep(proof, { shown });
      await proved(shown);
    },
    failed: () => {
      // It is unknown whether the key in 9E was made before the answer was lost.
      context.device?.supersedeCertificates([PROOF_SLOT], context.operation.id);
      return undefined;
    },
  });
}

/**
 * Refuses a device that could not prove its other keys, where the policy wants them proved. Its card is still unchanged then.
 *
 * @throws CardwrightError `ATTESTATION_MISSING`
 */
function requireProvableKeys(context: OperationContext, { identity }: LiveProof): void {
  const hasOthers = Object.keys(policyOf(context).slots).some((slot) => slot !== PROOF_SLOT);
  if (identity?.serial === null && hasOthers && trustOf(context).unprovenKeys === 'refuse')
    throw attestationFailure('attested-serial-missing');
}

/** The certificate in 9E is for the key of the proof, or no longer for any key. */
export function supersedeOtherKey({ device, operation }: OperationContext, publicKey: string): void {
  const keyHash = keyHashOf(decodeBytes(publicKey));
  const isOther = device?.certificates.some(
    (certificate) => certificate.slot === PROOF_SLOT && certificate.keyHash !== keyHash,
  );
  if (isOther) device?.supersedeCertificates([PROOF_SLOT], operation.id);
}
