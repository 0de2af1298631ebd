import type { CardKey } from '../keys/card-key.js';
import type { AttestedDevice } from './attestation.js';

/** The identity of a device: its vendor's signed facts, and a text that no other device has. */
export interface DeviceIdentity extends AttestedDevice {
  /**
   * Text that names the vendor's root and the serial number that the vendor signed (`ROOT:serial:DECIMAL`) or, without a signed serial number,
   * the key that gave the device's live proof (`ROOT:9e:KEY`). ROOT and KEY are SHA-256 of a SubjectPublicKeyInfo, hexadecimal.
   */
  readonly key: string;
}

/**
 * Makes the identity of a device that gave a live proof.
 *
 * @param proofKey the attested key that signed the challenge
 */
export function identityOf(device: AttestedDevice, proofKey: CardKey): DeviceIdentity {
  const { rootFingerprint, serial } = device;
  return { ...device, key: `${rootFingerprint}:${serial === null ? keyMark(proofKey) : serialMark(serial)}` };
}

const serialMark = (serial: string): string => `serial:${serial}`;

const KEY = '9e:';
const keyMark = ({ hash }: CardKey): string => `${KEY}${Buffer.from(hash, 'base64url').toString('hex')}`;

/**
 * True if a device's identity names this serial number, which its vendor signed.
 *
 * @param identity `key` of a `DeviceIdentity`
 * @example
 * isIdentifiedBySerial('7d1c:serial:1123', '1123'); // true
 * isIdentifiedBySerial('7d1c:serial:1123', '123'); // false
 */
export const isIdentifiedBySerial = (identity: string, serial: string): boolean =>
  identity.endsWith(`:${serialMark(serial)}`);

/** True if a device is identified by the key of its live proof, because its vendor signed no serial number. */
export const isIdentifiedByKey = (identity: string): boolean => identity.includes(`:${KEY}`);

/** True if a device's identity names this key as the key of the device's live proof. */
export const isKeyOfIdentity = (identity: string, key: CardKey): boolean => identity.endsWith(`:${keyMark(key)}`);

/** Returns the part of an identity that names its vendor: the fingerprint of the vendor's root (`AttestedDevice.rootFingerprint`). */
export const vendorOf = (identity: string): string => identity.split(':', 1)[0] ?? '';
