import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import type { Slot } from '@cardwright/protocol/devices';
import * as x509 from '@peculiar/x509';

/** A vendor of cards: its root, and the attestation key (F9) of one card. */
export interface AttestationAuthority {
  /** PEM. */
  readonly root: string;
  readonly intermediate: x509.X509Certificate;
  readonly intermediateKey: webcrypto.CryptoKey;
}

export interface AttestedFacts {
  readonly slot: Slot;
  /** Null if the attestation names none. */
  readonly serial: string | null;
  /** The slot in the subject's name. */
  readonly named?: string;
  readonly firmware?: readonly number[];
  readonly pinPolicy?: number;
  readonly touchPolicy?: number;
  /** Set if firmware and policies are in a separate OCTET STRING. */
  readonly isWrapped?: boolean;
  readonly isSerialWrapped?: boolean;
}

/** A certificate with its keys. */
export interface Certified {
  readonly certificate: x509.X509Certificate;
  readonly keys: webcrypto.CryptoKeyPair;
}

export interface CertificateOrder {
  readonly subject: string;
  /** Default: itself. */
  readonly issuer?: Certified;
  /** The issuer's name, if the certificate lies about it. */
  readonly issuerName?: string;
  readonly keys?: webcrypto.CryptoKeyPair;
  /** Null for no basicConstraints at all. */
  readonly isAuthority?: boolean | null;
  readonly pathLength?: number;
  readonly usages?: x509.KeyUsageFlags;
  /** Days from now. */
  readonly from?: number;
  readonly until?: number;
  readonly hash?: 'SHA-1' | 'SHA-256' | 'SHA-384';
  readonly extensions?: readonly x509.Extension[];
}

const DAY = 24 * 60 * 60 * 1000;
const PIN_POLICY: Record<Slot, number> = { '9A': 2, '9C': 3, '9D': 2, '9E': 1 };
const SERIAL_BYTES = 4;

const serialNumber = () => `01${randomBytes(8).toString('hex')}`;
const inDays = (days: number): Date => new Date(Date.now() + days * DAY);

/** Makes keys: P-256, or RSA with that many bits. */
export const newKeys = (modulusLength?: number): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(
    modulusLength === undefined
      ? { name: 'ECDSA', namedCurve: 'P-256' }
      : { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256', modulusLength, publicExponent: new Uint8Array([1, 0, 1]) },
    true,
    ['sign', 'verify'],
  );

/** Makes a certificate: an authority without limits, from yesterday until tomorrow, unless ordered otherwise. */
export async function certify({
  subject,
  issuer,
  issuerName,
  isAuthority = true,
  pathLength,
  usages,
  from = -1,
  until = 1,
  hash = 'SHA-256',
  extensions = [],
  ...order
}: CertificateOrder): Promise<Certified> {
  const keys = order.keys ?? (await newKeys());
  const signingKey = (issuer?.keys ?? keys).privateKey;
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [subject] }],
    issuer:
      issuerName === undefined ? (issuer?.certificate.subjectName ?? [{ CN: [subject] }]) : [{ CN: [issuerName] }],
    notBefore: inDays(from),
    notAfter: inDays(until),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: { ...signingKey.algorithm, hash },
    extensions: [
      ...(isAuthority === null ? [] : [new x509.BasicConstraintsExtension(isAuthority, pathLength, true)]),
      ...(usages === undefined ? [] : [new x509.KeyUsagesExtension(usages, true)]),
      ...extensions,
    ],
  });
  return { certificate, keys };
}

/** Encodes Yubico's extensions for some facts. */
export function attestationExtensions({
  slot,
  serial,
  firmware = [5, 7, 0],
  pinPolicy = PIN_POLICY[slot],
  touchPolicy = 1,
  isWrapped = false,
  isSerialWrapped = false,
}: AttestedFacts): x509.Extension[] {
  const extension = (oid: string, wrapped: boolean, value: readonly number[]) =>
    new x509.Extension(
      `1.3.6.1.4.1.41482.3.${oid}`,
      false,
      new Uint8Array(wrapped ? [0x04, value.length, ...value] : value),
    );
  const number = Buffer.alloc(SERIAL_BYTES);
  number.writeUInt32BE(Number(serial ?? '0'));
  return [
    extension('3', isWrapped, firmware),
    ...(serial === null ? [] : [extension('7', isSerialWrapped, [0x02, SERIAL_BYTES, ...number])]),
    extension('8', isWrapped, [pinPolicy, touchPolicy]),
  ];
}

/** Makes a vendor with a root of its own. */
export async function newAttestationAuthority(name = 'Test vendor root'): Promise<AttestationAuthority> {
  const root = await certify({ subject: name, pathLength: 1 });
  const f9 = await certify({ subject: 'Test card attestation', issuer: root, pathLength: 0 });
  return {
    root: root.certificate.toString('pem'),
    intermediate: f9.certificate,
    intermediateKey: f9.keys.privateKey,
  };
}

/** Returns the result of a card's ATTEST command for a key: base64url DER of both certificates. */
export async function attestKey(
  { intermediate, intermediateKey }: AttestationAuthority,
  publicKey: webcrypto.CryptoKey,
  facts: AttestedFacts,
): Promise<{ certificate: string; intermediate: string }> {
  const { certificate } = await certify({
    subject: `YubiKey PIV Attestation ${(facts.named ?? facts.slot).toLowerCase()}`,
    issuer: { certificate: intermediate, keys: { publicKey: intermediateKey, privateKey: intermediateKey } },
    keys: { publicKey, privateKey: intermediateKey },
    isAuthority: null,
    extensions: attestationExtensions(facts),
  });
  const encode = (raw: ArrayBuffer): string => Buffer.from(raw).toString('base64url');
  return { certificate: encode(certificate.rawData), intermediate: encode(intermediate.rawData) };
}
