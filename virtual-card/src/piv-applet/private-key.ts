import {
  constants,
  createECDH,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  generateKeyPair,
  type KeyObject,
  privateDecrypt,
} from 'node:crypto';
import { promisify } from 'node:util';
import { CardError, StatusWord } from '../apdu/status-word.js';
import { tlv } from '../apdu/tlv.js';
import { type EcKind, keyKindOf, type RsaKind } from '../card/algorithms.js';
import type { StoredKey } from '../card/card-state.js';
import type { KeySource } from '../card/key-source.js';
import { integer, sequence } from '../x509/der.js';

/** Tags of the public key template 7F49 (SP 800-73-4 Part 2, table 9). */
const PublicKeyTag = { modulus: 0x81, exponent: 0x82, point: 0x86 } as const;
const UNCOMPRESSED_POINT = Buffer.of(0x04);
const generate = promisify(generateKeyPair);

/** Generates each key on demand, without blocking the event loop. */
export const freshKeys: KeySource = {
  async generate(algorithm) {
    const kind = kindOf(algorithm);
    const { privateKey } =
      kind.family === 'rsa'
        ? await generate('rsa', { modulusLength: kind.bits })
        : await generate('ec', { namedCurve: kind.curve });
    return privateKey.export({ type: 'pkcs8', format: 'der' });
  },
};

const decoded = new WeakMap<Buffer, KeyObject>();

/** Returns the key object of a slot's key. Decodes a stored key at its first use, and remembers the result. */
export function keyObjectOf({ privateKey }: Pick<StoredKey, 'privateKey'>): KeyObject {
  const known = decoded.get(privateKey);
  if (known) return known;
  const key = createPrivateKey({ key: privateKey, type: 'pkcs8', format: 'der' });
  decoded.set(privateKey, key);
  return key;
}

/** Encodes the public key as in GENERATE and GET METADATA: 81 and 82 for RSA, 86 for a point. */
export function encodePublicKey(key: StoredKey): Buffer {
  const jwk = createPublicKey(keyObjectOf(key)).export({ format: 'jwk' });
  if (jwk.kty === 'RSA') {
    return Buffer.concat([tlv(PublicKeyTag.modulus, bytes(jwk.n)), tlv(PublicKeyTag.exponent, bytes(jwk.e))]);
  }
  return tlv(PublicKeyTag.point, UNCOMPRESSED_POINT, bytes(jwk.x), bytes(jwk.y));
}

/**
 * Executes the raw private RSA operation: signs input that the reader padded, or decrypts input that the reader will unpad.
 *
 * @throws CardError 6A80 when the input is not as long as the modulus, or its value is not below the modulus
 */
export function rsaPrivateOperation(key: StoredKey, { bits }: RsaKind, input: Buffer): Buffer {
  if (input.length !== bits / 8) throw new CardError(StatusWord.wrongData, 'input is not as long as the modulus');
  try {
    return privateDecrypt({ key: keyObjectOf(key), padding: constants.RSA_NO_PADDING }, input);
  } catch {
    throw new CardError(StatusWord.wrongData, 'input is not below the modulus');
  }
}

/**
 * Signs, with ECDSA, a hash that the reader computed (FIPS 186-5, 6.4.1). Returns the DER sequence of r and s.
 *
 * node:crypto signs only messages that it hashes itself. This function therefore uses the ECDH of node:crypto to multiply the base point by a random
 * scalar, and computes the rest of the signature.
 *
 * @throws CardError 6A80 when the hash is empty or longer than the curve's field
 */
export function signDigest(key: StoredKey, kind: EcKind, digest: Buffer): Buffer {
  if (digest.length === 0 || digest.length > kind.fieldBytes) {
    throw new CardError(StatusWord.wrongData, 'hash is longer than the curve');
  }
  const scalar = toInteger(bytes(keyObjectOf(key).export({ format: 'jwk' }).d));
  const ephemeral = createECDH(kind.curve);
  for (;;) {
    const point = ephemeral.generateKeys();
    const r = toInteger(point.subarray(1, 1 + kind.fieldBytes)) % kind.order;
    const inverse = inverseOf(toInteger(ephemeral.getPrivateKey()), kind.order);
    const s = (inverse * (toInteger(digest) + r * scalar)) % kind.order;
    if (r !== 0n && s !== 0n) return sequence(integer(toBytes(r)), integer(toBytes(s)));
  }
}

/**
 * Returns the x coordinate of the point that ECDH derives (SP 800-73-4 Part 2, A.5).
 *
 * @throws CardError 6A80 when the other side's point is not on the curve
 */
export function deriveSecret(key: StoredKey, kind: EcKind, point: Buffer): Buffer {
  const [x, y] = [point.subarray(1, 1 + kind.fieldBytes), point.subarray(1 + kind.fieldBytes)];
  const jwk = { kty: 'EC', crv: kind.jwkCurve, x: x.toString('base64url'), y: y.toString('base64url') };
  try {
    const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
    return diffieHellman({ privateKey: keyObjectOf(key), publicKey });
  } catch {
    throw new CardError(StatusWord.wrongData, 'not a point on the curve');
  }
}

/**
 * Returns the kind of an algorithm's keys.
 *
 * @throws CardError 6A80 for an algorithm that no virtual card supports
 */
export function kindOf(algorithm: number): RsaKind | EcKind {
  const kind = keyKindOf(algorithm);
  if (!kind) throw new CardError(StatusWord.wrongData, 'unknown key algorithm');
  return kind;
}

export function toInteger(big: Buffer): bigint {
  return big.length === 0 ? 0n : BigInt(`0x${big.toString('hex')}`);
}

export function toBytes(value: bigint): Buffer {
  const hex = value.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex');
}

/** Returns the inverse of `value` modulo `modulus`, by the extended Euclidean algorithm. The two numbers must be coprime. */
export function inverseOf(value: bigint, modulus: bigint): bigint {
  let [previous, current] = [modulus, value % modulus];
  let [previousFactor, factor] = [0n, 1n];
  while (current > 0n) {
    const quotient = previous / current;
    [previous, current] = [current, previous - quotient * current];
    [previousFactor, factor] = [factor, previousFactor - quotient * factor];
  }
  return ((previousFactor % modulus) + modulus) % modulus;
}

function bytes(base64url: string | undefined): Buffer {
  return Buffer.from(base64url ?? '', 'base64url');
}
