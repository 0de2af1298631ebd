import { createPrivateKey, createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { CoseAlgorithm } from '../card/fido-profile.js';
import { ecPrivateKey } from '../x509/ec-key.js';
import { cborMap } from './cbor.js';

/** Labels and values of COSE keys (RFC 9052, 7; RFC 9053, 7). */
const Cose = { type: 1, algorithm: 3, curve: -1, x: -2, y: -3 } as const;
const KeyType = { okp: 1, ec2: 2 } as const;
const Curve = { p256: 1, ed25519: 6 } as const;
/** The bytes that precede the seed in the PKCS #8 encoding of an Ed25519 key (RFC 8410, 7). */
const ED25519_PREFIX = Buffer.from('302e020100300506032b657004220420', 'hex');
export const SECRET_BYTES = 32;

/** The key pair of a credential. */
export interface CredentialKey {
  readonly algorithm: number;
  /** A scalar of P-256, or a seed of Ed25519: 32 bytes. */
  readonly secret: Buffer;
}

export function makeCredentialKey(algorithm: number): CredentialKey {
  return { algorithm, secret: randomBytes(SECRET_BYTES) };
}

/** Returns the public key as a COSE_Key (CTAP 2.1, 6.1.2). */
export function coseKey(key: CredentialKey): Map<number | string, unknown> {
  const { x, y } = createPublicKey(keyObject(key)).export({ format: 'jwk' });
  const isEc = key.algorithm === CoseAlgorithm.es256;
  return cborMap([
    [Cose.type, isEc ? KeyType.ec2 : KeyType.okp],
    [Cose.algorithm, key.algorithm],
    [Cose.curve, isEc ? Curve.p256 : Curve.ed25519],
    [Cose.x, bytes(x)],
    [Cose.y, isEc ? bytes(y) : undefined],
  ]);
}

/** Returns the signature of a message: a DER sequence for ES256, 64 bytes for EdDSA (WebAuthn Level 3, 6.5.5). */
export function signWith(key: CredentialKey, message: Buffer): Buffer {
  return sign(key.algorithm === CoseAlgorithm.es256 ? 'sha256' : null, message, keyObject(key));
}

function keyObject({ algorithm, secret }: CredentialKey): KeyObject {
  if (algorithm === CoseAlgorithm.es256) return createPrivateKey(ecPrivateKey('prime256v1', secret));
  return createPrivateKey({ key: Buffer.concat([ED25519_PREFIX, secret]), type: 'pkcs8', format: 'der' });
}

function bytes(base64url: string | undefined): Buffer {
  return Buffer.from(base64url ?? '', 'base64url');
}
