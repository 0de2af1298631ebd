import { createHash } from 'node:crypto';

/** Identifies all versions as one product to Windows: an MSI replaces an installed MSI with the same upgrade code. This code must never change. */
export const UPGRADE_CODE = '{6D1F0D0C-3C2B-4F0E-9C0A-6E5B7D6F7816}';

const VERSION_5 = 0x50;
const VARIANT_RFC = 0x80;

/**
 * Makes a GUID for a name, the same in every build: RFC 9562, version 5, in the upgrade code's name space. Windows counts the users of
 * a file or a registry value by a component's GUID, so the same item must have the same GUID in all versions.
 */
export function guidOf(name: string): string {
  const digest = createHash('sha1').update(bytesOf(UPGRADE_CODE)).update(name).digest().subarray(0, 16);
  digest.writeUInt8((digest.readUInt8(6) & 0x0f) | VERSION_5, 6);
  digest.writeUInt8((digest.readUInt8(8) & 0x3f) | VARIANT_RFC, 8);
  const hex = digest.toString('hex').toUpperCase();
  return `{${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}}`;
}

const bytesOf = (guid: string): Buffer => Buffer.from(guid.replace(/[{}-]/g, ''), 'hex');

/** Makes an identifier for a name: letters, digits and underscores, as the tables of an MSI require. */
export const identifierOf = (kind: string, name: string): string =>
  `${kind}_${createHash('sha1').update(name).digest('hex').slice(0, 16)}`;
