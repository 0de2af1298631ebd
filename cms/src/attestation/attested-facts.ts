import type { ParsedCertificate } from './certificate.js';

/** Facts that an attestation states about a key and the device that generated it. */
export interface AttestedFacts {
  /**
   * Slot in upper case, for example `9A`. Slots that Cardwright does not issue are possible too. Null if the subject of the certificate names no
   * slot, as vendors may choose.
   */
  readonly slot: string | null;
  /** Decimal serial number; null if the attestation names none, as with some YubiKeys. */
  readonly serial: string | null;
  /** Firmware version: major, minor, patch. */
  readonly firmware: readonly [number, number, number];
  /** PIN policy of the key: 1 never, 2 once, 3 always. */
  readonly pinPolicy: number;
  /** Touch policy of the key: 1 never, 2 always, 3 cached. */
  readonly touchPolicy: number;
}

/** OIDs of the extensions in Yubico's attestations (docs.yubico.com/hardware/oid/oid-piv-arc.html). */
const FIRMWARE = '1.3.6.1.4.1.41482.3.3';
const SERIAL = '1.3.6.1.4.1.41482.3.7';
const POLICIES = '1.3.6.1.4.1.41482.3.8';

/**
 * The slot at the end of the common name: `YubiKey PIV Attestation 9a`, or the words of another vendor. Slots of keys are 9A to 9E, 82 to 95
 * (SP 800-73-4 Part 1, table 4b) and F9.
 */
const NAMED_SLOT = /^CN=(?:.*[^0-9a-z])?(8[2-9a-f]|9[0-5]|9[a-e]|f9)$/i;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const HEADER = 2;
const FIRMWARE_BYTES = 3;
const POLICIES_BYTES = 2;
const MAX_SERIAL_BYTES = 8;

/**
 * True if a certificate attests the key of a slot, by its extension with the PIN and touch policy. Such a certificate cannot be an issuer.
 *
 * @example
 * const certificate = parsePem(pem);
 * const isOfSlot = certificate !== undefined && isSlotAttestation(certificate);
 */
export const isSlotAttestation = (certificate: ParsedCertificate): boolean => certificate.extension(POLICIES) !== null;

/**
 * Returns the facts of an attestation. Returns undefined if the firmware, PIN policy or touch policy is missing, or if one of these or the
 * serial number has an unknown encoding. Slot and serial number may be missing.
 */
export function readFacts(leaf: ParsedCertificate): AttestedFacts | undefined {
  const [major, minor, patch] = exactly(FIRMWARE_BYTES, leaf.extension(FIRMWARE)) ?? [];
  const [pinPolicy, touchPolicy] = exactly(POLICIES_BYTES, leaf.extension(POLICIES)) ?? [];
  const serial = readSerial(leaf.extension(SERIAL));
  if (serial === undefined) return undefined;
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  if (pinPolicy === undefined || touchPolicy === undefined) return undefined;
  return { slot: readSlot(leaf), serial, firmware: [major, minor, patch], pinPolicy, touchPolicy };
}

/**
 * Reads the slot in the last common name of the subject, which is the most specific one; null if that name contains no slot. Each line of the
 * text is one attribute.
 */
function readSlot({ subjectText }: ParsedCertificate): string | null {
  const names = subjectText.split('\n').filter((line) => line.startsWith('CN='));
  return NAMED_SLOT.exec(names.at(-1) ?? '')?.[1]?.toUpperCase() ?? null;
}

/**
 * Returns the content of an extension if it has exactly `length` bytes, alone or in another OCTET STRING, as some firmware wraps the content. Returns
 * undefined if not.
 */
function exactly(length: number, content: Buffer | null): Buffer | undefined {
  if (content?.length === length) return content;
  const inside = content === null ? undefined : unwrap(OCTET_STRING, content);
  return inside?.length === length ? inside : undefined;
}

/**
 * Returns a serial number in decimal. Its encoding is a DER INTEGER of at most 8 bytes, read as unsigned, alone or in an OCTET STRING. Returns
 * null if the extension is missing, or if the number is zero, which no device has. Returns undefined for any other encoding.
 */
function readSerial(content: Buffer | null): string | null | undefined {
  if (content === null) return null;
  const digits = unwrap(INTEGER, unwrap(OCTET_STRING, content) ?? content);
  if (digits === undefined || digits.length === 0 || digits.length > MAX_SERIAL_BYTES) return undefined;
  const serial = BigInt(`0x${digits.toString('hex')}`);
  return serial === 0n ? null : serial.toString();
}

/** Returns the value if the content is exactly one short TLV (up to 127 bytes) with this tag; undefined if not. */
const unwrap = (tag: number, content: Buffer): Buffer | undefined =>
  content[0] === tag && content[1] === content.length - HEADER ? content.subarray(HEADER) : undefined;
