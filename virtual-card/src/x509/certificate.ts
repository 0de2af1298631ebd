import { createPublicKey, type KeyObject, randomBytes, sign } from 'node:crypto';
import { CardError, StatusWord } from '../apdu/status-word.js';
import { parseTlvs, tlv } from '../apdu/tlv.js';
import {
  bitString,
  boolean,
  explicit,
  integer,
  objectIdentifier,
  octetString,
  printableString,
  sequence,
  set,
  utcTime,
  utf8String,
} from './der.js';

export interface CertificateExtension {
  readonly oid: string;
  readonly critical?: boolean;
  /** The content of the OCTET STRING extnValue (RFC 5280, 4.1). */
  readonly value: Buffer;
}

export interface CertificateContent {
  /** The issuer's Name. Issuer, validity and subject are in DER, so that they can be copied unchanged from another certificate. */
  readonly issuer: Buffer;
  readonly validity: Buffer;
  readonly subject: Buffer;
  readonly publicKey: KeyObject;
  readonly extensions: readonly CertificateExtension[];
}

export interface CertificateFields {
  readonly issuer: Buffer;
  readonly validity: Buffer;
  readonly subject: Buffer;
}

const Oid = {
  commonName: '2.5.4.3',
  country: '2.5.4.6',
  organization: '2.5.4.10',
  organizationalUnit: '2.5.4.11',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  sha256WithRsa: '1.2.840.113549.1.1.11',
} as const;
const VERSION_3 = Buffer.of(2);
const EXPLICIT_VERSION = 0;
const EXPLICIT_EXTENSIONS = 3;
const EXPLICIT_VERSION_TAG = 0xa0;
/** Length of the serial number, in bytes. "Serial will be a random 16 byte integer", Yubico writes about its attestations. */
const SERIAL_BYTES = 16;
const POSITIVE = 0x7f;

/** Returns the DER encoding of a version 3 certificate (RFC 5280, 4.1), signed with SHA-256 by an RSA (PKCS #1 v1.5) or EC key. */
export function issueCertificate(content: CertificateContent, signer: KeyObject): Buffer {
  const algorithm = signatureAlgorithm(signer);
  const toBeSigned = sequence(
    explicit(EXPLICIT_VERSION, integer(VERSION_3)),
    integer(randomSerial()),
    algorithm,
    content.issuer,
    content.validity,
    content.subject,
    content.publicKey.export({ type: 'spki', format: 'der' }),
    explicit(EXPLICIT_EXTENSIONS, sequence(...content.extensions.map(encodeExtension))),
  );
  return sequence(toBeSigned, algorithm, bitString(sign('sha256', toBeSigned, signer)));
}

/** Returns the DER encoding of a name that has only a common name. */
export function commonName(name: string): Buffer {
  return sequence(set(sequence(objectIdentifier(Oid.commonName), utf8String(name))));
}

/** The parts of the name in an authenticator's attestation certificate (WebAuthn Level 3, 8.2.1). */
export interface AttestationName {
  /** Two letters of ISO 3166. */
  readonly country: string;
  readonly organization: string;
  readonly organizationalUnit: string;
  readonly commonName: string;
}

export function attestationName(name: AttestationName): Buffer {
  return sequence(
    set(sequence(objectIdentifier(Oid.country), printableString(name.country))),
    set(sequence(objectIdentifier(Oid.organization), utf8String(name.organization))),
    set(sequence(objectIdentifier(Oid.organizationalUnit), utf8String(name.organizationalUnit))),
    set(sequence(objectIdentifier(Oid.commonName), utf8String(name.commonName))),
  );
}

export function validity(from: Date, to: Date): Buffer {
  return sequence(utcTime(from), utcTime(to));
}

/**
 * Returns the DER encodings of a certificate's issuer, validity and subject.
 *
 * @throws CardError 6A80 or 6F00 when `certificate` is not a certificate
 */
export function fieldsOfCertificate(certificate: Buffer): CertificateFields {
  const [whole] = parseTlvs(certificate);
  const [toBeSigned] = parseTlvs(whole?.value ?? certificate);
  const fields = parseTlvs(toBeSigned?.value ?? certificate).filter(({ tag }) => tag !== EXPLICIT_VERSION_TAG);
  const [, , issuer, valid, subject] = fields.map(({ tag, value }) => tlv(tag, value));
  if (!issuer || !valid || !subject) {
    throw new CardError(StatusWord.internalError, 'the attestation certificate is not a certificate');
  }
  return { issuer, validity: valid, subject };
}

export function publicKeyOf(privateKey: KeyObject): KeyObject {
  return createPublicKey(privateKey);
}

function encodeExtension({ oid, critical = false, value }: CertificateExtension): Buffer {
  return sequence(objectIdentifier(oid), ...(critical ? [boolean(true)] : []), octetString(value));
}

function signatureAlgorithm(signer: KeyObject): Buffer {
  if (signer.asymmetricKeyType === 'ec') return sequence(objectIdentifier(Oid.ecdsaWithSha256));
  return sequence(objectIdentifier(Oid.sha256WithRsa), tlv(0x05));
}

function randomSerial(): Buffer {
  const serial = randomBytes(SERIAL_BYTES);
  serial.writeUInt8((serial.readUInt8(0) & POSITIVE) | 1, 0);
  return serial;
}
