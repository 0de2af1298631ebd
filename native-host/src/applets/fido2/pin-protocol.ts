import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  hkdfSync,
  randomBytes,
} from 'node:crypto';
import { cborMap, isBytes, requiredMember, type CborMap } from './cbor.js';
import { malformedAnswer } from './fido-error.js';

/** Protects PINs and tokens in transit (CTAP 2.1, 6.5.4 to 6.5.7). */
export interface PinProtocol {
  readonly version: 1 | 2;
  /** Derives the shared secret from the x-coordinate of the Diffie-Hellman point. */
  kdf(z: Uint8Array): Uint8Array;
  /** Encrypts whole blocks of 16 bytes. Only tests with known values pass `iv`, which protocol one ignores. */
  encrypt(secret: Uint8Array, plaintext: Uint8Array, iv?: Uint8Array): Uint8Array;
  /** Decrypts a ciphertext. @throws CardwrightError `AUTHENTICATOR_ERROR` when the ciphertext is not one or more whole blocks */
  decrypt(secret: Uint8Array, ciphertext: Uint8Array): Uint8Array;
  /** Computes a MAC with a shared secret or a token: 16 bytes in protocol one, 32 bytes in protocol two. */
  authenticate(key: Uint8Array, message: Uint8Array): Uint8Array;
  /** True if a decrypted token has a length that this protocol permits (6.5.5.7). */
  isToken(token: Uint8Array): boolean;
}

const BLOCK = 16;
const KEY = 32;

/** Protocol one (6.5.6), the only protocol of CTAP 2.0. */
export const PIN_PROTOCOL_ONE: PinProtocol = {
  version: 1,
  kdf: (z) => createHash('sha256').update(z).digest(),
  encrypt: (secret, plaintext) => encrypt(secret, new Uint8Array(BLOCK), plaintext),
  decrypt: (secret, ciphertext) => decrypt(secret, new Uint8Array(BLOCK), ciphertext),
  authenticate: (key, message) => hmac(key, message).subarray(0, 16),
  isToken: ({ length }) => length === 16 || length === 32,
};

/** Protocol two (6.5.7). A secret is an HMAC key followed by an AES key; a ciphertext begins with its IV. */
export const PIN_PROTOCOL_TWO: PinProtocol = {
  version: 2,
  kdf: (z) => Buffer.concat([derive(z, 'CTAP2 HMAC key'), derive(z, 'CTAP2 AES key')]),
  encrypt: (secret, plaintext, iv = randomBytes(BLOCK)) =>
    Buffer.concat([iv, encrypt(secret.subarray(KEY), iv, plaintext)]),
  decrypt: (secret, ciphertext) =>
    decrypt(secret.subarray(KEY), ciphertext.subarray(0, BLOCK), ciphertext.subarray(BLOCK)),
  authenticate: (key, message) => hmac(key.subarray(0, KEY), message),
  isToken: ({ length }) => length === 32,
};

/** Chooses the protocol for an authenticator: two before one. Returns undefined if the authenticator supports neither. */
export const pinProtocolFor = (versions: readonly number[]): PinProtocol | undefined =>
  [PIN_PROTOCOL_TWO, PIN_PROTOCOL_ONE].find(({ version }) => versions.includes(version));

/** The result of `agree`: the shared secret, and the key that the authenticator needs to compute it. */
export interface KeyAgreement {
  /** Public key of the host as a COSE key (6.5.6). */
  readonly ownKey: CborMap;
  /** The shared secret, which the caller zeroes after use. */
  readonly secret: Uint8Array;
}

/** Members of a COSE key on an elliptic curve (RFC 9053, 7.1.1). */
const COSE = { KTY: 1, ALG: 3, CRV: -1, X: -2, Y: -3 } as const;
/**
 * Key type EC2, algorithm ECDH-ES + HKDF-256, and curve P-256. The specification requires this algorithm, although the secret is derived as
 * the PIN protocol says (6.5.6, 6.5.7).
 */
const EC2 = 2;
const ECDH_ES_HKDF_256 = -25;
const P256 = 1;
const COORDINATE = 32;
/** Prefix of a point with both coordinates (SEC 1, 2.3.3). */
const UNCOMPRESSED = 4;

/**
 * Agrees on a secret with an authenticator's key (6.5.6, `encapsulate`).
 *
 * @param privateKey the host's private key, which only tests with known values pass; generated if absent
 * @throws CardwrightError `AUTHENTICATOR_ERROR` when the authenticator's key is not a point of P-256
 */
export function agree(protocol: PinProtocol, peer: CborMap, privateKey?: Uint8Array): KeyAgreement {
  const ecdh = createECDH('prime256v1');
  if (privateKey) ecdh.setPrivateKey(privateKey);
  else ecdh.generateKeys();
  const own = ecdh.getPublicKey();
  const z = sharedPoint(ecdh, peer);
  const secret = protocol.kdf(z);
  z.fill(0);
  const ownKey = cborMap([
    [COSE.KTY, EC2],
    [COSE.ALG, ECDH_ES_HKDF_256],
    [COSE.CRV, P256],
    [COSE.X, own.subarray(1, 1 + COORDINATE)],
    [COSE.Y, own.subarray(1 + COORDINATE)],
  ]);
  return { ownKey, secret };
}

function sharedPoint(ecdh: ReturnType<typeof createECDH>, peer: CborMap): Buffer {
  const x = requiredMember(peer, COSE.X, isBytes);
  const y = requiredMember(peer, COSE.Y, isBytes);
  if (x.length !== COORDINATE || y.length !== COORDINATE) throw malformedAnswer();
  try {
    return ecdh.computeSecret(Buffer.concat([Uint8Array.of(UNCOMPRESSED), x, y]));
  } catch (error) {
    // The point is not on the curve.
    throw malformedAnswer(error);
  }
}

const derive = (z: Uint8Array, info: string): Uint8Array =>
  new Uint8Array(hkdfSync('sha256', z, new Uint8Array(KEY), info, KEY));

const hmac = (key: Uint8Array, message: Uint8Array): Uint8Array => createHmac('sha256', key).update(message).digest();

function encrypt(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(plaintext), cipher.final()]);
}

function decrypt(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  if (iv.length !== BLOCK || ciphertext.length === 0 || ciphertext.length % BLOCK !== 0) throw malformedAnswer();
  const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false);
  return Buffer.concat([decipher.update(ciphertext), decipher.final()]);
}
