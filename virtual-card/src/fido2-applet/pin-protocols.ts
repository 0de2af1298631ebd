import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createECDH,
  hkdfSync,
  randomBytes,
  timingSafeEqual,
} from 'node:crypto';
import { cborMap } from './cbor.js';
import { CtapError, CtapStatus } from './ctap-status.js';
import type { Parameters } from './parameters.js';

/** The secret that a key agreement yields. It encrypts and decrypts messages, and checks the codes that authenticate messages. */
export interface SharedSecret {
  encrypt(plain: Buffer): Buffer;
  /** @throws CtapError 02 when the ciphertext is empty or not a whole number of blocks, or the initial vector is incomplete */
  decrypt(sealed: Buffer): Buffer;
  /** True if `code` authenticates the message under the shared secret. */
  verify(message: Buffer, code: Buffer): boolean;
}

/** A PIN/UV auth protocol (CTAP 2.1, 6.5.4). */
export interface PinProtocol {
  /** The protocol's number in `pinUvAuthProtocols` of getInfo. */
  readonly number: number;
  secretFrom(point: Buffer): SharedSecret;
  /** True if `code` authenticates the message under a token. */
  verify(token: Buffer, message: Buffer, code: Buffer): boolean;
}

const BLOCK_BYTES = 16;
const KEY_BYTES = 32;
const POINT_FIELD_BYTES = 32;
const UNCOMPRESSED = Buffer.of(0x04);
const ZERO_IV = Buffer.alloc(BLOCK_BYTES);
const CURVE = 'prime256v1';
/**
 * Labels of a COSE key. The next three constants are the values of the first three labels in an agreement key. The standard prescribes the algorithm
 * -25, although another algorithm is used (CTAP 2.1, 6.5.6).
 */
const Cose = { type: 1, algorithm: 3, curve: -1, x: -2, y: -3 } as const;
const EC2 = 2;
const P256 = 1;
const ECDH_ES_HKDF_256 = -25;

const protocolOne: PinProtocol = {
  number: 1,
  secretFrom(point) {
    const key = createHash('sha256').update(point).digest();
    return secret(key, key, this, (cipher) => ({ iv: ZERO_IV, sealed: cipher }), Buffer.alloc(0));
  },
  verify: (token, message, code) => isEqual(hmac(token, message).subarray(0, 16), code),
};

const protocolTwo: PinProtocol = {
  number: 2,
  secretFrom(point) {
    const derive = (info: string): Buffer =>
      Buffer.from(hkdfSync('sha256', point, Buffer.alloc(KEY_BYTES), info, KEY_BYTES));
    const split = (sealed: Buffer): { iv: Buffer; sealed: Buffer } => ({
      iv: sealed.subarray(0, BLOCK_BYTES),
      sealed: sealed.subarray(BLOCK_BYTES),
    });
    return secret(derive('CTAP2 AES key'), derive('CTAP2 HMAC key'), this, split, undefined);
  },
  verify: (token, message, code) => isEqual(hmac(token, message), code),
};

/** The supported protocols, the preferred one first. */
export const pinProtocols: readonly PinProtocol[] = [protocolTwo, protocolOne];

/**
 * Returns the protocol with this number.
 *
 * @throws CtapError 02 for an unsupported protocol
 */
export function pinProtocol(number: number): PinProtocol {
  const protocol = pinProtocols.find((candidate) => candidate.number === number);
  if (!protocol) throw new CtapError(CtapStatus.invalidParameter, 'no such PIN protocol');
  return protocol;
}

/** The authenticator's side of the key agreement. */
export class KeyAgreement {
  readonly #pair = createECDH(CURVE);

  constructor() {
    this.#pair.generateKeys();
  }

  /** The public key in the answer of getKeyAgreement. */
  get publicKey(): Map<number | string, unknown> {
    const point = this.#pair.getPublicKey();
    return cborMap([
      [Cose.type, EC2],
      [Cose.algorithm, ECDH_ES_HKDF_256],
      [Cose.curve, P256],
      [Cose.x, point.subarray(1, 1 + POINT_FIELD_BYTES)],
      [Cose.y, point.subarray(1 + POINT_FIELD_BYTES)],
    ]);
  }

  /**
   * Derives the secret that this key pair shares with the client's public key.
   *
   * @throws CtapError 02 when the client's key is not a valid agreement key; 03, 11 or 14 when a coordinate has another length or type, or is missing
   */
  agree(protocol: PinProtocol, other: Parameters): SharedSecret {
    const [x, y] = [other.bytes(Cose.x, POINT_FIELD_BYTES), other.bytes(Cose.y, POINT_FIELD_BYTES)];
    const values = [Cose.type, Cose.algorithm, Cose.curve].map((label) => other.integer(label));
    if (values.join() !== [EC2, ECDH_ES_HKDF_256, P256].join()) {
      throw new CtapError(CtapStatus.invalidParameter, 'not an agreement key');
    }
    try {
      return protocol.secretFrom(this.#pair.computeSecret(Buffer.concat([UNCOMPRESSED, x, y])));
    } catch {
      throw new CtapError(CtapStatus.invalidParameter, 'not a point on the curve');
    }
  }
}

/**
 * Returns a shared secret that encrypts with `sealingKey` and checks codes with `codeKey`.
 *
 * @param split splits a sealed message into initial vector and ciphertext
 * @param fixedIv empty for an initial vector of zeros, which is not sent; undefined for a random initial vector, which precedes the ciphertext
 */
function secret(
  sealingKey: Buffer,
  codeKey: Buffer,
  protocol: PinProtocol,
  split: (sealed: Buffer) => { iv: Buffer; sealed: Buffer },
  fixedIv: Buffer | undefined,
): SharedSecret {
  return {
    encrypt(plain) {
      const iv = fixedIv ? ZERO_IV : randomBytes(BLOCK_BYTES);
      const cipher = createCipheriv('aes-256-cbc', sealingKey, iv).setAutoPadding(false);
      return Buffer.concat([fixedIv ?? iv, cipher.update(plain), cipher.final()]);
    },
    decrypt(message) {
      const { iv, sealed } = split(message);
      if (iv.length !== BLOCK_BYTES || sealed.length === 0 || sealed.length % BLOCK_BYTES !== 0) {
        throw new CtapError(CtapStatus.invalidParameter, 'not whole blocks');
      }
      const decipher = createDecipheriv('aes-256-cbc', sealingKey, iv).setAutoPadding(false);
      return Buffer.concat([decipher.update(sealed), decipher.final()]);
    },
    verify: (message, code) => protocol.verify(codeKey, message, code),
  };
}

function hmac(key: Buffer, message: Buffer): Buffer {
  return createHmac('sha256', key).update(message).digest();
}

function isEqual(one: Buffer, other: Buffer): boolean {
  return one.length === other.length && timingSafeEqual(one, other);
}
