import { KEY_SLOTS, type KeySlot, type ManagementKeyAlgorithm, type Slot } from '@cardwright/protocol/devices';
import type { CardState, ReferenceData, StoredKey } from '@cardwright/virtual-card';

/** Access to the memory of a virtual card in the protocol's terms. */

/** Data objects by their tags (SP 800-73-4 Part 1, table 3). */
const OBJECTS = { ccc: 0x5fc107, chuid: 0x5fc102, securityObject: 0x5fc106, keyHistory: 0x5fc10c } as const;
const SLOTS = ['9A', '9C', '9D', '9E'] as const;
const FIRST_RETIRED = 0x82;
const FIRST_RETIRED_CERTIFICATE = 0x5fc10d;
const CERTIFICATES: Readonly<Record<Slot, number>> = { '9A': 0x5fc105, '9C': 0x5fc10a, '9D': 0x5fc10b, '9E': 0x5fc101 };
const MANAGEMENT_ALGORITHMS: Readonly<Record<ManagementKeyAlgorithm, number>> = {
  '3DES': 0x03,
  'AES-128': 0x08,
  'AES-192': 0x0a,
  'AES-256': 0x0c,
};
/** Key reference of a slot (SP 800-73-4 Part 1, table 4b). */
const referenceOf = (slot: KeySlot): number => Number.parseInt(slot, 16);
const objectOf = (slot: KeySlot): number =>
  SLOTS.filter((name) => name === slot).map((name) => CERTIFICATES[name])[0] ??
  FIRST_RETIRED_CERTIFICATE + referenceOf(slot) - FIRST_RETIRED;
const CERTIFICATE = 0x70;
const LONG_LENGTH = 0x80;
const TWO_BYTES_OF_LENGTH = 0x82;
/** The PIN or touch policy "never" in Yubico's numbering. */
const NEVER = 1;
const PIN_BYTES = 8;
const PADDING = 0xff;

/** What a retired slot holds. */
export interface RetiredKey {
  readonly key: StoredKey | undefined;
  readonly certificate: string | undefined;
}

/** A management key on the card. */
export interface HeldManagementKey {
  readonly algorithm: ManagementKeyAlgorithm;
  readonly key: Buffer;
}

/** Reads a PIN or PUK without its padding. */
export const readSecret = ({ value }: ReferenceData): string => secretIn(value);

/** Reads a PIN or PUK from its padded bytes in a command (SP 800-73-4 Part 2, 2.4.3). */
export const secretIn = (padded: Buffer): string => padded.toString('latin1').replace(/\xff+$/, '');

/** Changes the value of a PIN or PUK; its tries stay. */
export function writeSecret(reference: ReferenceData, secret: string): void {
  const padded = Buffer.alloc(PIN_BYTES, PADDING);
  padded.write(secret, 'latin1');
  reference.value = padded;
}

export function readManagementKey({ managementKey: { algorithm, key } }: CardState): HeldManagementKey {
  for (const name of ['3DES', 'AES-128', 'AES-192', 'AES-256'] as const)
    if (MANAGEMENT_ALGORITHMS[name] === algorithm) return { algorithm: name, key };
  throw new Error(`unknown management key algorithm ${algorithm}`);
}

export function writeManagementKey({ managementKey }: CardState, { algorithm, key }: HeldManagementKey): void {
  managementKey.algorithm = MANAGEMENT_ALGORITHMS[algorithm];
  managementKey.key = key;
}

/** Reads CCC, CHUID and security object, base64url. */
export function readObjects({ objects }: CardState): Map<keyof typeof OBJECTS, string> {
  const found = new Map<keyof typeof OBJECTS, string>();
  for (const name of ['ccc', 'chuid', 'securityObject', 'keyHistory'] as const) {
    const content = objects.get(OBJECTS[name]);
    if (content) found.set(name, content.toString('base64url'));
  }
  return found;
}

export function writeChuid({ objects }: CardState, content: string): void {
  objects.set(OBJECTS.chuid, Buffer.from(content, 'base64url'));
}

/** Reads the GUID of the CHUID, as a UUID; null if there is none. */
export function readGuid({ objects }: CardState): string | null {
  const chuid = objects.get(OBJECTS.chuid);
  if (!chuid) return null;
  const at = chuid.indexOf(Buffer.from([0x34, 0x10]));
  return chuid
    .subarray(at + 2, at + 18)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** Reads the DER of each slot's certificate, base64url. */
export function readCertificates({ objects }: CardState): Map<Slot, string> {
  const found = new Map<Slot, string>();
  for (const slot of SLOTS) {
    const content = objects.get(objectOf(slot));
    if (content) found.set(slot, readCertificate(content).toString('base64url'));
  }
  return found;
}

/** @param der base64url */
export function writeCertificate({ objects }: CardState, slot: KeySlot, der: string): void {
  const certificate = Buffer.from(der, 'base64url');
  objects.set(objectOf(slot), Buffer.concat([certificateHead(certificate.length), certificate]));
}

/** Cuts off the second half of a certificate's object. */
export function truncateCertificate({ objects }: CardState, slot: Slot): void {
  const content = objects.get(objectOf(slot));
  if (!content) throw new Error(`there is no certificate in ${slot}`);
  objects.set(objectOf(slot), content.subarray(0, content.length / 2));
}

/** Tag and length before a certificate (SP 800-73-4 Part 1, appendix A, table 10; ISO/IEC 7816-4, 5.2.2.2). */
function certificateHead(length: number): Buffer {
  const head = Buffer.of(CERTIFICATE, TWO_BYTES_OF_LENGTH, 0, 0);
  head.writeUInt16BE(length, 2);
  return head;
}

/** Reads the certificate from its object, in any form of length. */
function readCertificate(content: Buffer): Buffer {
  const first = content.readUInt8(1);
  const more = first < LONG_LENGTH ? 0 : first - LONG_LENGTH;
  const length = more === 0 ? first : content.readUIntBE(2, more);
  return content.subarray(2 + more, 2 + more + length);
}

/** Reads the keys and certificates (DER, base64url) of the retired slots that have any. */
export function readRetired({ keys, objects }: CardState): Map<KeySlot, RetiredKey> {
  const found = new Map<KeySlot, RetiredKey>();
  for (const slot of KEY_SLOTS) {
    if (SLOTS.some((name) => name === slot)) continue;
    const [key, content] = [keys.get(referenceOf(slot)), objects.get(objectOf(slot))];
    const certificate = content && readCertificate(content).toString('base64url');
    if (key ?? certificate) found.set(slot, { key, certificate });
  }
  return found;
}

/** Reads each slot's key. */
export function readKeys({ keys }: CardState): Map<Slot, StoredKey> {
  const found = new Map<Slot, StoredKey>();
  for (const slot of SLOTS) {
    const key = keys.get(referenceOf(slot));
    if (key) found.set(slot, key);
  }
  return found;
}

/** Puts a key into a slot as if it had been generated there. */
export function writeKey({ keys }: CardState, slot: KeySlot, key: Pick<StoredKey, 'algorithm' | 'privateKey'>): void {
  keys.set(referenceOf(slot), { ...key, origin: 'generated', pinPolicy: NEVER, touchPolicy: NEVER });
}

/** Deletes the key of each slot. */
export function forgetKeys({ keys }: CardState): void {
  for (const slot of SLOTS) keys.delete(referenceOf(slot));
}
