import { CardwrightError, decodeBytes } from '@cardwright/protocol';
import type { KeyAlgorithm } from '@cardwright/protocol/devices';
import { readSignedRequest } from '../authority/signed-request.js';
import { CardKey } from '../keys/card-key.js';
import type { OperationContext } from '../operations/context.js';
import type { ReasonCode } from '../words/reasons.js';

/**
 * Reads the key that a card generated.
 *
 * @param publicKey the DER SubjectPublicKeyInfo as the host reported it, base64url
 * @throws CardwrightError `OPERATION_FAILED` with the reason `public-key-unreadable`
 */
export function readGeneratedKey(publicKey: string): CardKey {
  try {
    return CardKey.read(decodeBytes(publicKey));
  } catch (cause) {
    throw refusal('public-key-unreadable', cause);
  }
}

/**
 * Requires that a generated key has the ordered algorithm, and was never certified on another device. Returns the algorithm.
 *
 * @throws CardwrightError `OPERATION_FAILED`
 */
export async function requireOwnKey(
  { ownDevice, records }: OperationContext,
  key: CardKey,
  ordered: KeyAlgorithm | undefined,
): Promise<KeyAlgorithm> {
  const algorithm = algorithmOf(key);
  if (algorithm === undefined || algorithm !== ordered) throw refusal('algorithm-differs');
  const elsewhere = await records.transaction.certifiedElsewhere([key.hash], ownDevice.row.id);
  if (elsewhere.length > 0) throw refusal('key-of-another-device');
  return algorithm;
}

/**
 * Requires that a certification request is signed by a key, and answers a challenge.
 *
 * @param request DER (PKCS #10), base64url
 * @throws CardwrightError `OPERATION_FAILED`
 */
export async function requireSignedRequest(request: string, key: CardKey, challenge: string | null): Promise<void> {
  const requested = await readSignedRequest(decodeBytes(request), challenge);
  if (!requested.equals(key)) throw refusal('request-for-another-key');
}

function algorithmOf({ key }: CardKey): KeyAlgorithm | undefined {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  return ALGORITHMS[`${type ?? ''} ${details?.modulusLength ?? details?.namedCurve ?? ''}`];
}

/** Algorithms by Node's name of the key type, followed by the modulus length in bits or Node's name of the curve. */
const ALGORITHMS: Readonly<Record<string, KeyAlgorithm>> = {
  'rsa 2048': 'RSA-2048',
  'rsa 3072': 'RSA-3072',
  'ec prime256v1': 'P-256',
  'ec secp384r1': 'P-384',
};

/** Makes the error that refuses a generated key. */
export const refusal = (reason: ReasonCode, cause?: unknown): CardwrightError =>
  new CardwrightError('OPERATION_FAILED', { reason }, { cause });
