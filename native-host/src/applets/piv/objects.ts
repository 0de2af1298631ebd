import {
  SLOTS,
  type KeyAlgorithm,
  type KeySlot,
  type ManagementKeyAlgorithm,
  type Slot,
} from '@cardwright/protocol/devices';
import { findTlv } from '../../iso7816/tlv.js';

/** Identifiers of the PIV card application by name (SP 800-73-4, SP 800-78-4). */

/** Application identifier without its version (SP 800-73-4 Part 1, 2.2). */
export const PIV_AID = Uint8Array.from([0xa0, 0x00, 0x00, 0x03, 0x08, 0x00, 0x00, 0x10, 0x00]);

/** Data objects by BER-TLV tag (SP 800-73-4 Part 1, table 3). */
export const OBJECT = {
  CHUID: 0x5fc102,
  CCC: 0x5fc107,
  SECURITY_OBJECT: 0x5fc106,
  KEY_HISTORY: 0x5fc10c,
  /** Discovery Object, which has no wrapper 53 (Part 1, 3.3.2). */
  DISCOVERY: 0x7e,
  /** Yubico: the certificate of the attestation key F9. */
  ATTESTATION_CERTIFICATE: 0x5fff01,
} as const;

/** Returns the key reference of a slot (SP 800-73-4 Part 1, table 4b), which its name says in hexadecimal digits. */
export const keyReference = (slot: KeySlot): number => Number.parseInt(slot, 16);

/** Objects of the certificates in slots that are not retired (SP 800-73-4 Part 1, table 3). */
const CERTIFICATE_OBJECT: Readonly<Record<Slot, number>> = {
  '9A': 0x5fc105,
  '9C': 0x5fc10a,
  '9D': 0x5fc10b,
  '9E': 0x5fc101,
};
/** Object of the certificate in 82, the first retired slot. Those of the other retired slots follow in their order. */
const FIRST_RETIRED_CERTIFICATE = 0x5fc10d;

/** Returns the tag of the object of a slot's certificate (SP 800-73-4 Part 1, table 3). */
export function certificateObject(slot: KeySlot): number {
  const main = SLOTS.find((name) => name === slot);
  return main ? CERTIFICATE_OBJECT[main] : FIRST_RETIRED_CERTIFICATE + keyReference(slot) - keyReference('82');
}

/** References of PIN, PUK and management key (SP 800-73-4 Part 1, tables 4a and 4b). */
export const REFERENCE = { PIN: 0x80, PUK: 0x81, MANAGEMENT_KEY: 0x9b } as const;

/** Algorithm identifiers of keys (SP 800-78-4, table 6-2; RSA-3072: SP 800-78-5). */
export const KEY_ALGORITHM_ID: Readonly<Record<KeyAlgorithm, number>> = {
  'RSA-2048': 0x07,
  'RSA-3072': 0x05,
  'P-256': 0x11,
  'P-384': 0x14,
};

export interface ManagementKeyParameters {
  readonly id: number;
  /** Length of the key in bytes. */
  readonly keyLength: number;
  /** Length of a witness, challenge or response in bytes. */
  readonly blockLength: number;
  /** Name of the cipher in OpenSSL. The mode is ECB, because only single blocks are encrypted. */
  readonly cipher: string;
}

/** Algorithms of the management key (SP 800-78-4, table 6-2). */
export const MANAGEMENT_KEY: Readonly<Record<ManagementKeyAlgorithm, ManagementKeyParameters>> = {
  '3DES': { id: 0x03, keyLength: 24, blockLength: 8, cipher: 'des-ede3-ecb' },
  'AES-128': { id: 0x08, keyLength: 16, blockLength: 16, cipher: 'aes-128-ecb' },
  'AES-192': { id: 0x0a, keyLength: 24, blockLength: 16, cipher: 'aes-192-ecb' },
  'AES-256': { id: 0x0c, keyLength: 32, blockLength: 16, cipher: 'aes-256-ecb' },
};

/** Returns the name of a key's algorithm identifier; undefined if the identifier is unknown. */
export function keyAlgorithmOf(id: number): KeyAlgorithm | undefined {
  return nameOf(KEY_ALGORITHM_ID, (candidate) => candidate === id);
}

/** Returns the name of a management key's algorithm identifier; undefined if the identifier is unknown. */
export function managementKeyAlgorithmOf(id: number): ManagementKeyAlgorithm | undefined {
  return nameOf(MANAGEMENT_KEY, (candidate) => candidate.id === id);
}

function nameOf<K extends string, T>(table: Readonly<Record<K, T>>, matches: (value: T) => boolean): K | undefined {
  for (const name in table) if (matches(table[name])) return name;
  return undefined;
}

/** Tag of the GUID in a card holder unique identifier (SP 800-73-4 Part 1, table 9). */
const TAG_GUID = 0x34;
const GUID_LENGTH = 16;

/**
 * Reads the GUID of a CHUID as a UUID string. Returns null if the CHUID has no GUID of 16 bytes, or a GUID of zeros, which means that there is
 * no GUID (SP 800-73-4 Part 1, 3.4.1).
 *
 * @throws TlvError when the data are not a CHUID
 */
export function guidOfChuid(chuid: Uint8Array): string | null {
  const guid = findTlv(chuid, TAG_GUID);
  if (guid?.length !== GUID_LENGTH || guid.every((byte) => byte === 0)) return null;
  return Buffer.from(guid)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A management key in the clear. The host has no management keys in the clear except the keys that it generated in this session. */
export interface ManagementKey {
  readonly algorithm: ManagementKeyAlgorithm;
  readonly key: Uint8Array;
}
