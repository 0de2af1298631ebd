import { createPublicKey, randomBytes, verify } from 'node:crypto';
import {
  CardwrightError,
  decodeBytes,
  encodeBytes,
  keyProofMessage,
  type KeyAlgorithm,
  type Result,
  type StepCommand,
} from '@cardwright/protocol';
import { checkAttestation, type DeviceIdentity } from '../../attestation/attestation.js';
import { keyHashOf } from '../../devices/certificate-key.js';
import { validCertificates } from '../../devices/devices.js';
import type { ReasonCode } from '../../reasons.js';
import type { Device } from '../../store/schema.js';
import type { OperationContext } from '../operation-kind.js';
import { supersedeKeys } from './gone-keys.js';
import type { IssueState } from './issue-state.js';

/** The slot whose key proves the device: it asks for no PIN (SP 800-73-4 Part 1, table 4b). */
export const PROOF_SLOT = '9E';
/** Where the policy wants no key there. */
const DEFAULT_ALGORITHM: KeyAlgorithm = 'P-256';
const CHALLENGE_BYTES = 32;

/** Random bytes that a card has to sign, base64url: nothing that was signed before can answer them. */
export const newChallenge = (): string => encodeBytes(randomBytes(CHALLENGE_BYTES));

/** Whether the device promises to prove who it is; of one that does not, nothing is made before it has a row. */
export const promisesProof = ({ device }: IssueState): boolean => device.capabilities.attestation;

/** Has the device prove who it is, now. */
export const proveKey = ({ policy, proofChallenge }: IssueState): StepCommand => ({
  method: 'key.prove',
  params: {
    slot: PROOF_SLOT,
    algorithm: proofAlgorithm(policy),
    pinPolicy: 'never',
    touchPolicy: 'never',
    challenge: proofChallenge,
  },
});

const proofAlgorithm = ({ slots }: IssueState['policy']): KeyAlgorithm => slots[PROOF_SLOT] ?? DEFAULT_ALGORITHM;

/** What a device has shown of itself in this session. */
export interface LiveProof {
  /** By its vendor's signature; null where no trusted vendor speaks for it. */
  readonly identity: DeviceIdentity | null;
  /** Of the key in 9E, which is the card's own where `identity` is there: DER SubjectPublicKeyInfo, base64url. */
  readonly publicKey: string;
}

/**
 * Judges the proof. Only a chain to a trusted root and a signature over this session's challenge make an identity. Without the
 * chain it is for the policy to say what becomes of the device; a contradiction is refused under every policy.
 *
 * @throws CardwrightError `ATTESTATION_REFUSED`
 */
export async function judgeProof(
  { device, policy, proofChallenge }: IssueState,
  { publicKey, attestation, signature }: Result<'key.prove'>,
): Promise<LiveProof> {
  const spki = decodeBytes(publicKey);
  const isSigned = proofChallenge !== null && isSignedBy(spki, keyProofMessage(proofChallenge), decodeBytes(signature));
  if (!isSigned) throw refusal('proof-unsigned');
  const verdict = await checkAttestation(
    attestation && {
      certificate: decodeBytes(attestation.certificate),
      intermediate: decodeBytes(attestation.intermediate),
    },
    { slot: PROOF_SLOT, publicKey: spki, serial: device.serial },
    { roots: policy.attestationRoots, intermediates: policy.attestationIntermediates },
  );
  if (verdict.kind === 'proved') {
    // By its firmware the algorithm of its management key was chosen.
    if (verdict.identity.firmware !== device.firmware) throw refusal('attested-firmware-differs');
    return { identity: verdict.identity, publicKey };
  }
  if (policy.unprovenKeys === 'refuse') throw refusal(verdict.reason);
  return { identity: null, publicKey };
}

/** The certificate in 9E stands for the key that the proof was given with, or for none any more. */
export async function supersedeOtherKey(context: OperationContext, device: Device, publicKey: string): Promise<void> {
  const keyHash = keyHashOf(decodeBytes(publicKey));
  const valid = await validCertificates(context.db, device.id);
  const isOther = valid.some((certificate) => certificate.slot === PROOF_SLOT && certificate.keyHash !== keyHash);
  if (isOther) await supersedeKeys(context, device, [PROOF_SLOT]);
}

function isSignedBy(spki: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  try {
    const key = createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' });
    const hash = key.asymmetricKeyDetails?.namedCurve === 'secp384r1' ? 'sha384' : 'sha256';
    return verify(hash, message, key, signature);
  } catch (cause) {
    throw refusal('public-key-unreadable', cause);
  }
}

const refusal = (reason: ReasonCode, cause?: unknown): CardwrightError =>
  new CardwrightError('ATTESTATION_REFUSED', { reason }, { cause });
