import 'reflect-metadata';
import { CardwrightError, type Slot } from '@cardwright/protocol';
import * as x509 from '@peculiar/x509';
import type { ReasonCode } from '../reasons.js';

/** What the device must attest of a key. */
export interface AttestationOrder {
  readonly slot: Slot;
  /** DER SubjectPublicKeyInfo that the host named as the generated key. */
  readonly publicKey: Uint8Array;
  /** Serial number that the host reported; null where it reported none. */
  readonly serial: string | null;
}

/** DER certificates as `key.attest` returns them. */
export interface Attestation {
  readonly certificate: Uint8Array;
  readonly intermediate: Uint8Array;
}

/** Extensions of Yubico's attestation certificates (developers.yubico.com/PIV/Introduction/PIV_attestation.html). */
const FIRMWARE = '1.3.6.1.4.1.41482.3.3';
const SERIAL = '1.3.6.1.4.1.41482.3.7';
const POLICIES = '1.3.6.1.4.1.41482.3.8';

const PIN_POLICY: Readonly<Record<Slot, number>> = { '9A': 0x02, '9C': 0x03, '9D': 0x02, '9E': 0x01 };
const TOUCH_NEVER = 0x01;

/** ROCA (CVE-2017-15361): RSA keys made by these versions are weak. */
const WEAK_FROM = [4, 2, 0] as const;
const WEAK_TO = [4, 3, 4] as const;

/**
 * Checks that a device of a trusted vendor made a key itself: the chain up to a root of the device policy, and what the
 * vendor signed of serial number, firmware, PIN and touch policy. Answers whether the chain ends in a trusted root.
 *
 * @param roots PEM certificates
 * @throws CardwrightError `ATTESTATION_REFUSED` when what is attested contradicts the order: that is never just "not proved".
 */
export async function checkAttestation(
  attestation: Attestation,
  order: AttestationOrder,
  roots: readonly string[],
  now = new Date(),
): Promise<'attested' | 'untrusted-root'> {
  const leaf = parse(attestation.certificate);
  const intermediate = parse(attestation.intermediate);
  if (!(await leaf.verify({ publicKey: intermediate, signatureOnly: true }))) refuse('attestation-unsigned');
  if (!Buffer.from(leaf.publicKey.rawData).equals(order.publicKey)) refuse('attested-key-differs');
  if (order.serial !== null && readSerial(leaf) !== order.serial) refuse('attested-serial-differs');
  if (isWeak(readFirmware(leaf))) refuse('firmware-weak');
  const [pinPolicy, touchPolicy] = extensionBytes(leaf, POLICIES, 2);
  if (pinPolicy !== PIN_POLICY[order.slot]) refuse('pin-policy-differs');
  if (touchPolicy !== TOUCH_NEVER) refuse('touch-policy-differs');
  return (await endsInRoot(intermediate, roots, now)) ? 'attested' : 'untrusted-root';
}

/** The F9 certificate is signed by a root, or by an intermediate authority that is listed among the roots. */
async function endsInRoot(intermediate: x509.X509Certificate, roots: readonly string[], now: Date): Promise<boolean> {
  if (!isWithin(intermediate, now)) return false;
  for (const pem of roots) {
    const root = new x509.X509Certificate(pem);
    const isIssuer =
      root.subject === intermediate.issuer && root.getExtension(x509.BasicConstraintsExtension)?.ca === true;
    if (isIssuer && isWithin(root, now) && (await intermediate.verify({ publicKey: root, signatureOnly: true })))
      return true;
  }
  return false;
}

const isWithin = ({ notBefore, notAfter }: x509.X509Certificate, now: Date): boolean =>
  notBefore <= now && now <= notAfter;

function parse(der: Uint8Array): x509.X509Certificate {
  try {
    return new x509.X509Certificate(new Uint8Array(der));
  } catch (cause) {
    const reason: ReasonCode = 'attestation-unreadable';
    throw new CardwrightError('ATTESTATION_REFUSED', { reason }, { cause });
  }
}

/** The `length` bytes of an extension: alone, or (as some firmware writes them) in an OCTET STRING of their own. */
function extensionBytes(certificate: x509.X509Certificate, oid: string, length: number): Uint8Array {
  const HEADER = 2;
  const value = extensionValue(certificate, oid);
  return value.length === HEADER + length ? value.subarray(HEADER) : value;
}

const extensionValue = (certificate: x509.X509Certificate, oid: string): Uint8Array =>
  new Uint8Array(certificate.getExtension(oid)?.value ?? new ArrayBuffer(0));

/** The serial number is a DER INTEGER; reported in decimal. */
function readSerial(certificate: x509.X509Certificate): string {
  const HEADER = 2;
  const digits = Buffer.from(extensionValue(certificate, SERIAL).subarray(HEADER)).toString('hex');
  return digits === '' ? '' : BigInt(`0x${digits}`).toString();
}

/** Three bytes: major, minor, patch. */
function readFirmware(certificate: x509.X509Certificate): readonly number[] {
  const version = extensionBytes(certificate, FIRMWARE, WEAK_FROM.length);
  if (version.length !== WEAK_FROM.length) refuse('firmware-missing');
  return [...version];
}

const isWeak = (version: readonly number[]): boolean =>
  compare(version, WEAK_FROM) >= 0 && compare(version, WEAK_TO) <= 0;

const compare = (a: readonly number[], b: readonly number[]): number =>
  b.map((part, index) => (a[index] ?? 0) - part).find((difference) => difference !== 0) ?? 0;

function refuse(reason: ReasonCode): never {
  throw new CardwrightError('ATTESTATION_REFUSED', { reason });
}
