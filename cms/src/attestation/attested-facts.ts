import type { ParsedCertificate } from './certificate.js';

/** What an attestation says of a key and of the device that made it. */
export interface AttestedFacts {
  /** As in `9A`; also of slots that Cardwright does not issue. */
  readonly slot: string;
  /** Decimal; null where the attestation names none (most YubiKeys name one, not all). */
  readonly serial: string | null;
  /** Major, minor, patch. */
  readonly firmware: readonly [number, number, number];
  /** 1 never, 2 once, 3 always. */
  readonly pinPolicy: number;
  /** 1 never, 2 always, 3 cached. */
  readonly touchPolicy: number;
}

/** Extensions of Yubico's attestations (docs.yubico.com/hardware/oid/oid-piv-arc.html). */
const FIRMWARE = '1.3.6.1.4.1.41482.3.3';
const SERIAL = '1.3.6.1.4.1.41482.3.7';
const POLICIES = '1.3.6.1.4.1.41482.3.8';

const SUBJECT = /^CN=YubiKey PIV Attestation ([0-9a-f]{2})$/i;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;
const HEADER = 2;
const FIRMWARE_BYTES = 3;
const POLICIES_BYTES = 2;
const MAX_SERIAL_BYTES = 8;

/** Whether a certificate attests a slot's key: then it cannot be an issuer. */
export const isSlotAttestation = (certificate: ParsedCertificate): boolean => certificate.extension(POLICIES) !== null;

/** Undefined where one of the facts (other than the serial number) is missing or has an unknown encoding. */
export function readFacts(leaf: ParsedCertificate): AttestedFacts | undefined {
  const slot = SUBJECT.exec(leaf.subjectText)?.[1]?.toUpperCase();
  const [major, minor, patch] = exactly(FIRMWARE_BYTES, leaf.extension(FIRMWARE)) ?? [];
  const [pinPolicy, touchPolicy] = exactly(POLICIES_BYTES, leaf.extension(POLICIES)) ?? [];
  const serial = readSerial(leaf.extension(SERIAL));
  if (slot === undefined || serial === undefined) return undefined;
  if (major === undefined || minor === undefined || patch === undefined) return undefined;
  if (pinPolicy === undefined || touchPolicy === undefined) return undefined;
  return { slot, serial, firmware: [major, minor, patch], pinPolicy, touchPolicy };
}

/** The content, if it has that many bytes: alone or, as some firmware writes it, in an OCTET STRING of its own. */
function exactly(length: number, content: Buffer | null): Buffer | undefined {
  if (content?.length === length) return content;
  const inside = content === null ? undefined : unwrap(OCTET_STRING, content);
  return inside?.length === length ? inside : undefined;
}

/** A positive DER INTEGER, alone or in an OCTET STRING. No device has number zero. Undefined where it is encoded in another way. */
function readSerial(content: Buffer | null): string | null | undefined {
  if (content === null) return null;
  const digits = unwrap(INTEGER, unwrap(OCTET_STRING, content) ?? content);
  if (digits === undefined || digits.length === 0 || digits.length > MAX_SERIAL_BYTES) return undefined;
  const serial = BigInt(`0x${digits.toString('hex')}`);
  return serial === 0n ? null : serial.toString();
}

/** The value of a short TLV (up to 127 bytes) that fills the content exactly. */
const unwrap = (tag: number, content: Buffer): Buffer | undefined =>
  content[0] === tag && content[1] === content.length - HEADER ? content.subarray(HEADER) : undefined;
