import { verify } from 'node:crypto';
import { decodeBytes, type Params, type Result } from '@cardwright/protocol';
import type { KeyAlgorithm } from '@cardwright/protocol/devices';
import { keyProofMessage } from '@cardwright/protocol/steps';
import { attestationFailure } from '../attestation/attestation-failure.js';
import { checkAttestation } from '../attestation/attestation.js';
import { identityOf, type DeviceIdentity } from '../attestation/identity.js';
import { CardKey } from '../keys/card-key.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import type { Trust } from './trust.js';

/** Slot whose key proves the device. The use of this key needs no PIN (SP 800-73-4 Part 1, table 4b). */
export const PROOF_SLOT = '9E';
/** Algorithm of the key if the policy names no algorithm for slot 9E. */
const DEFAULT_ALGORITHM: KeyAlgorithm = 'P-256';

/** The proof that a device has given in this session. */
export interface LiveProof {
  /** Identity of the device, signed by its vendor; null if no trusted vendor vouches for the device. */
  readonly identity: DeviceIdentity | null;
  /** The DER SubjectPublicKeyInfo of the key in 9E, base64url. If there is an `identity`, the vendor attests that the card generated the key. */
  readonly publicKey: string;
}

/** Returns the key that gave a live proof. */
export const proofKeyOf = ({ publicKey }: LiveProof): CardKey => CardKey.read(decodeBytes(publicKey));

/** Returns the parameters of `key.prove`, by which a device proves its identity. */
export const proofOrder = ({ slots }: Pick<DevicePolicy, 'slots'>, challenge: string): Params<'key.prove'> => ({
  slot: PROOF_SLOT,
  algorithm: slots[PROOF_SLOT] ?? DEFAULT_ALGORITHM,
  pinPolicy: 'never',
  touchPolicy: 'never',
  challenge,
});

/**
 * Judges a device's live proof. An identity requires both an attestation with a chain to a trusted root, and a signature over this session's
 * challenge. Without the chain, the device has no identity, or is refused if the policy refuses unproven keys. An attestation that contradicts
 * the proof or the reported facts is refused under every policy.
 *
 * @throws CardwrightError `ATTESTATION_REFUSED` if the key is unreadable or the signature invalid; `OPERATION_FAILED` for a weak key;
 * `ATTESTATION_MISSING`, `ATTESTATION_UNREADABLE`, `ATTESTATION_UNTRUSTED`, `ATTESTATION_CONTRADICTS`, `WEAK_KEY_GENERATION`
 */
export async function judgeProof(
  device: { readonly serial: string | null; readonly firmware: string | null },
  trust: Trust,
  challenge: string,
  { publicKey, attestation, signature }: Result<'key.prove'>,
): Promise<LiveProof> {
  const key = readSigner(decodeBytes(publicKey), keyProofMessage(challenge), decodeBytes(signature));
  key.requireSound();
  const verdict = await checkAttestation(
    attestation && {
      certificate: decodeBytes(attestation.certificate),
      intermediate: decodeBytes(attestation.intermediate),
    },
    { slot: PROOF_SLOT, key, serial: device.serial },
    { roots: trust.attestationRoots, intermediates: trust.attestationIntermediates },
  );
  if (verdict.kind === 'proved') {
    // The firmware that the host reported has decided the algorithm of the management key, so it must be true.
    if (verdict.device.firmware !== device.firmware) throw attestationFailure('attested-firmware-differs');
    return { identity: identityOf(verdict.device, key), publicKey };
  }
  if (trust.unprovenKeys === 'refuse') throw attestationFailure(verdict.reason);
  return { identity: null, publicKey };
}

/** Reads the key of a proof, and verifies that it signed the message. */
function readSigner(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): CardKey {
  try {
    const signer = CardKey.read(spki);
    const hash = signer.key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'sha384' : 'sha256';
    if (verify(hash, message, signer.key, signature)) return signer;
  } catch (cause) {
    throw attestationFailure('public-key-unreadable', cause);
  }
  throw attestationFailure('proof-unsigned');
}
