import { verify } from 'node:crypto';
import { decodeBytes, keyProofMessage, type KeyAlgorithm, type Result } from '@cardwright/protocol';
import { checkAttestation } from '../attestation/attestation.js';
import { attestationFailure } from '../attestation/attestation-failure.js';
import { identityOf, type DeviceIdentity } from '../attestation/identity.js';
import { keyHashOf } from '../keys/key-hash.js';
import { readPublicKey } from '../keys/public-key.js';
import { requireSoundKey } from '../keys/weak-key.js';
import { call } from '../operations/call.js';
import type { OperationContext } from '../operations/context.js';
import type { Call } from '../operations/definition.js';
import { capabilitiesOf, policyOf, proof, trustOf, type Trust } from './issue-state.js';

/** The slot whose key proves the device: it asks for no PIN (SP 800-73-4 Part 1, table 4b). */
export const PROOF_SLOT = '9E';
/** Where the policy wants no key there. */
const DEFAULT_ALGORITHM: KeyAlgorithm = 'P-256';

/** Whether the device is expected to prove who it is. On one that is not, no key is made before it has a row. */
export const promisesProof = ({ info }: OperationContext): boolean => capabilitiesOf(info).attestation;

/** What a device has shown of itself in this session. */
export interface LiveProof {
  /** By its vendor's signature; null where no trusted vendor vouches for it. */
  readonly identity: DeviceIdentity | null;
  /** Of the key in 9E, which is the card's own where `identity` is there: DER SubjectPublicKeyInfo, base64url. */
  readonly publicKey: string;
}

/**
 * Has the device prove who it is, now.
 *
 * @param proved called once it did
 */
export function proveDevice(context: OperationContext, proved: (shown: LiveProof) => Promise<void>): Call {
  const { challenge } = context.of(proof);
  if (challenge === null) throw new Error('a device that proves itself signs a challenge');
  return call(
    'key.prove',
    {
      slot: PROOF_SLOT,
      algorithm: policyOf(context).slots[PROOF_SLOT] ?? DEFAULT_ALGORITHM,
      pinPolicy: 'never',
      touchPolicy: 'never',
      challenge,
    },
    {
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
    },
  );
}

/**
 * Judges the proof. Only a chain to a trusted root and a signature over this session's challenge make an identity. Without the
 * chain the policy decides what happens to the device. A contradiction is refused under every policy.
 *
 * @throws CardwrightError `ATTESTATION_REFUSED` where the signature does not hold; `OPERATION_FAILED` for a weak key;
 * `ATTESTATION_MISSING`, `ATTESTATION_UNREADABLE`,
 * `ATTESTATION_UNTRUSTED`, `ATTESTATION_CONTRADICTS`, `WEAK_KEY_GENERATION`
 */
async function judgeProof(
  device: { readonly serial: string | null; readonly firmware: string | null },
  trust: Trust,
  challenge: string,
  { publicKey, attestation, signature }: Result<'key.prove'>,
): Promise<LiveProof> {
  const spki = decodeBytes(publicKey);
  if (!isSignedBy(spki, keyProofMessage(challenge), decodeBytes(signature))) throw attestationFailure('proof-unsigned');
  requireSoundKey(spki);
  const verdict = await checkAttestation(
    attestation && {
      certificate: decodeBytes(attestation.certificate),
      intermediate: decodeBytes(attestation.intermediate),
    },
    { slot: PROOF_SLOT, publicKey: spki, serial: device.serial },
    { roots: trust.attestationRoots, intermediates: trust.attestationIntermediates },
  );
  if (verdict.kind === 'proved') {
    // By its firmware the algorithm of its management key was chosen.
    if (verdict.device.firmware !== device.firmware) throw attestationFailure('attested-firmware-differs');
    return { identity: identityOf(verdict.device, spki), publicKey };
  }
  if (trust.unprovenKeys === 'refuse') throw attestationFailure(verdict.reason);
  return { identity: null, publicKey };
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

function isSignedBy(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = readPublicKey(spki);
    const hash = key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'sha384' : 'sha256';
    return verify(hash, message, key, signature);
  } catch (cause) {
    throw attestationFailure('public-key-unreadable', cause);
  }
}
