import { keyHashOf } from '../keys/key-hash.js';
import type { AttestedDevice } from './attestation.js';

/** Who a device is: what its vendor signed, and one text that no other device has. */
export interface DeviceIdentity extends AttestedDevice {
  /**
   * The vendor's root, and the serial number that the vendor signed (`ROOT:serial:DECIMAL`). Without one it is the key with which the
   * device gave its live proof (`ROOT:9e:KEY`). ROOT and KEY are SHA-256 of a SubjectPublicKeyInfo, hexadecimal.
   */
  readonly key: string;
}

/**
 * Makes the identity of a device that gave a live proof.
 *
 * @param proofKey DER SubjectPublicKeyInfo of the attested key that signed the challenge
 */
export function identityOf(device: AttestedDevice, proofKey: Uint8Array): DeviceIdentity {
  const { rootFingerprint, serial } = device;
  return { ...device, key: `${rootFingerprint}:${serial === null ? keyMark(proofKey) : serialMark(serial)}` };
}

const serialMark = (serial: string): string => `serial:${serial}`;

const KEY = '9e:';
const keyMark = (publicKey: Uint8Array): string =>
  `${KEY}${Buffer.from(keyHashOf(publicKey), 'base64url').toString('hex')}`;

/**
 * Tells whether a device is identified by a serial number that its vendor signed.
 *
 * @param identity its key, as in `DeviceIdentity`
 */
export const isIdentifiedBySerial = (identity: string, serial: string): boolean =>
  identity.endsWith(`:${serialMark(serial)}`);

/** Tells whether a device is identified by the key of its live proof, because its vendor signed no serial number. */
export const isIdentifiedByKey = (identity: string): boolean => identity.includes(`:${KEY}`);

/**
 * Tells whether that key is this one.
 *
 * @param publicKey DER SubjectPublicKeyInfo
 */
export const isKeyOfIdentity = (identity: string, publicKey: Uint8Array): boolean =>
  identity.endsWith(`:${keyMark(publicKey)}`);

/** The fingerprint of the root in an identity, as `AttestedDevice` has it. */
export const vendorOf = (identity: string): string => identity.split(':', 1)[0] ?? '';
