import type { FidoState } from './fido-state.js';
import type { ProfileName } from './profile.js';

/** The card's persistent memory, which survives a removal of the card. */
export interface CardState {
  readonly profile: ProfileName;
  /** Serial number, as printed on the device. Undefined for a profile without `firmware`. */
  readonly serial: number | undefined;
  /** Set when the card's owner has disabled the serial number in attestations. */
  hidesSerial?: boolean | undefined;
  readonly pin: ReferenceData;
  readonly puk: ReferenceData;
  readonly managementKey: ManagementKey;
  /** Keys by slot, such as 0x9A. */
  readonly keys: Map<number, StoredKey>;
  /** Data objects by tag, such as 0x5FC102. The value is the content of the object's tag 53. */
  readonly objects: Map<number, Buffer>;
  /** The latest PINs. Undefined until the PIN is first changed, and on a card without a PIN history. */
  pinHistory?: PinHistory | undefined;
  /** The bytes of memory that each object has, by its tag. Undefined on a card that can free memory. */
  objectMemory?: Map<number, number> | undefined;
  /** Memory of the FIDO2 application. Undefined until the application is first used, and on a card without this application. */
  fido?: FidoState | undefined;
}

/** A PIN or PUK (SP 800-73-4 Part 2, 2.4.3). */
export interface ReferenceData {
  /** The PIN or PUK in eight bytes, padded with FF. */
  value: Buffer;
  triesLeft: number;
  /** The value that `triesLeft` has after a correct entry. */
  tries: number;
}

/** The latest PINs, each in eight bytes, padded with FF. A full history loses its oldest PIN to the next. */
export interface PinHistory {
  readonly pins: readonly Buffer[];
  /** The place of the next PIN. */
  readonly next: number;
}

export interface ManagementKey {
  /** One of ManagementAlgorithm. */
  algorithm: number;
  key: Buffer;
  touch: boolean;
}

export interface StoredKey {
  /** One of KeyAlgorithm. */
  readonly algorithm: number;
  readonly origin: 'generated' | 'imported';
  readonly pinPolicy: number;
  readonly touchPolicy: number;
  /** The DER encoding of the private key (PKCS #8). */
  readonly privateKey: Buffer;
  /** Set when the card has made the key unusable (`Profile.clearsKeysWhenLocked`). */
  readonly isCleared?: boolean | undefined;
}

export const PIN_BYTES = 8;
const PADDING = 0xff;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
export const FACTORY_PIN = '123456';
/** Fewest characters of a PIN or PUK (SP 800-73-4 Part 2, 2.4.3). */
export const SHORTEST_PIN = 6;
const FACTORY_PUK = '12345678';
export const FACTORY_TRIES = 3;
/** The management key that every profile has from the factory: the bytes 0102030405060708 three times. */
export const FACTORY_MANAGEMENT_KEY = Buffer.from('0102030405060708'.repeat(3), 'hex');

/** Pads a PIN or PUK with FF to eight bytes (SP 800-73-4 Part 2, 2.4.3). A longer PIN or PUK is cut off after eight bytes. */
export function padPin(pin: string): Buffer {
  const padded = Buffer.alloc(PIN_BYTES, PADDING);
  padded.write(pin, 'latin1');
  return padded;
}

/** Returns the PIN or PUK without its padding. */
export function unpadPin(padded: Buffer): Buffer {
  const length = padded.indexOf(PADDING);
  return length === -1 ? padded : padded.subarray(0, length);
}

export function factoryPin(tries = FACTORY_TRIES, pin = FACTORY_PIN): ReferenceData {
  return { value: padPin(pin), triesLeft: tries, tries };
}

export function factoryPuk(tries = FACTORY_TRIES): ReferenceData {
  return { value: padPin(FACTORY_PUK), triesLeft: tries, tries };
}

/**
 * True if `padded` is a PIN or PUK of 6 to 8 bytes, padded with FF to eight (SP 800-73-4 Part 2, 2.4.3).
 *
 * @param digitsOnly true if only the digits 0 to 9 are allowed
 * @param shortest fewest bytes, if the card wants more than the standard
 */
export function isWellFormedPin(padded: Buffer, digitsOnly: boolean, shortest = SHORTEST_PIN): boolean {
  const length = padded.indexOf(PADDING) === -1 ? PIN_BYTES : padded.indexOf(PADDING);
  const [pin, padding] = [padded.subarray(0, length), padded.subarray(length)];
  if (padded.length !== PIN_BYTES || length < shortest || padding.some((byte) => byte !== PADDING)) return false;
  return !digitsOnly || pin.every((byte) => byte >= DIGIT_0 && byte <= DIGIT_9);
}
