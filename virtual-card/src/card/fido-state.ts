import { createHash, randomBytes } from 'node:crypto';

/** The memory of the FIDO2 application. */
export interface FidoState {
  /**
   * Key that seals the private keys in credential ids, and from which the secrets of hmac-secret are derived. A reset of the application replaces the
   * key.
   */
  wrappingKey: Buffer;
  /** The application's own PIN. Undefined while no PIN is set, and always if the card uses the PIV application's PIN for FIDO2. */
  pin: FidoPinValue | undefined;
  /** Remaining tries of `pin`. Has no effect if the card uses the PIV application's PIN for FIDO2. */
  pinTriesLeft: number;
  /** Configured minimum length of the PIN, in Unicode code points. */
  minPinLength: number;
  /** Ids of the relying parties that may learn `minPinLength`, by the extension of this name. */
  minPinLengthRpIds: readonly string[];
  /** The hash of the PIN that must be changed before a token is issued (forcePINChange). Undefined if no PIN must be changed. */
  pinToChange: Buffer | undefined;
  alwaysUv: boolean;
  enterpriseAttestation: boolean;
  /** The last value of the signature counter, which all credentials share. */
  signatureCounter: number;
  /** Discoverable credentials, oldest first. */
  credentials: readonly ResidentCredential[];
}

export interface FidoPinValue {
  /** The first 16 bytes of the PIN's SHA-256 hash. */
  readonly hash: Buffer;
  /** Length of the PIN, in Unicode code points. */
  readonly codePoints: number;
}

export interface FidoUser {
  readonly id: Buffer;
  readonly name: string | undefined;
  readonly displayName: string | undefined;
}

export interface ResidentCredential {
  readonly id: Buffer;
  readonly rpId: string;
  readonly user: FidoUser;
  /** One of CoseAlgorithm. */
  readonly algorithm: number;
  /** The private key: a scalar of P-256 or a seed of Ed25519, 32 bytes. */
  readonly secret: Buffer;
  /** One of CredProtect (CTAP 2.1, 12.1). */
  readonly credProtect: number;
  readonly hmacSecret: boolean;
}

export const MAX_PIN_TRIES = 8;
export const FACTORY_MIN_PIN_LENGTH = 4;
const WRAPPING_KEY_BYTES = 32;
const PIN_HASH_BYTES = 16;

/** Returns the memory that the application has when it leaves the factory, and after a reset. */
export function freshFidoState(): FidoState {
  return {
    wrappingKey: randomBytes(WRAPPING_KEY_BYTES),
    pin: undefined,
    pinTriesLeft: MAX_PIN_TRIES,
    minPinLength: FACTORY_MIN_PIN_LENGTH,
    minPinLengthRpIds: [],
    pinToChange: undefined,
    alwaysUv: false,
    enterpriseAttestation: false,
    signatureCounter: 0,
    credentials: [],
  };
}

/** Returns LEFT(SHA-256(PIN), 16), the stored form of a PIN (CTAP 2.1, 6.5.5). */
export function fidoPinHash(pin: Buffer): Buffer {
  return createHash('sha256').update(pin).digest().subarray(0, PIN_HASH_BYTES);
}
