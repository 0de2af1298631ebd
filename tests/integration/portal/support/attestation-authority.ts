import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import type { Slot } from '@cardwright/protocol';
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
  readonly serial: string;
  readonly firmware?: readonly [number, number, number];
  readonly pinPolicy?: number;
  readonly touchPolicy?: number;
  /** Whether firmware and policies are in an OCTET STRING of their own. */
  readonly isWrapped?: boolean;
}

const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 24 * 60 * 60 * 1000;
const PIN_POLICY: Record<Slot, number> = { '9A': 2, '9C': 3, '9D': 2, '9E': 1 };

const newKeys = () => webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);
const serialNumber = () => `01${randomBytes(8).toString('hex')}`;
const validity = () => ({ notBefore: new Date(Date.now() - DAY), notAfter: new Date(Date.now() + DAY) });

/** Makes a vendor with a root of its own. */
export async function newAttestationAuthority(name = 'Test vendor root'): Promise<AttestationAuthority> {
  const rootKeys = await newKeys();
  const root = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: [{ CN: [name] }],
    ...validity(),
    keys: rootKeys,
    signingAlgorithm: ECDSA,
    extensions: [new x509.BasicConstraintsExtension(true, 1, true)],
  });
  const intermediateKeys = await newKeys();
  const intermediate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: ['Test card attestation'] }],
    issuer: root.subjectName,
    ...validity(),
    publicKey: intermediateKeys.publicKey,
    signingKey: rootKeys.privateKey,
    signingAlgorithm: ECDSA,
    extensions: [new x509.BasicConstraintsExtension(true, 0, true)],
  });
  return { root: root.toString('pem'), intermediate, intermediateKey: intermediateKeys.privateKey };
}

/** What a card's ATTEST command returns for a key: base64url DER of both certificates. */
export async function attestKey(
  { intermediate, intermediateKey }: AttestationAuthority,
  publicKey: webcrypto.CryptoKey,
  {
    slot,
    serial,
    firmware = [5, 7, 0],
    pinPolicy = PIN_POLICY[slot],
    touchPolicy = 1,
    isWrapped = false,
  }: AttestedFacts,
): Promise<{ certificate: string; intermediate: string }> {
  const number = Buffer.alloc(4);
  number.writeUInt32BE(Number(serial));
  const extension = (oid: string, ...value: number[]) =>
    new x509.Extension(`1.3.6.1.4.1.41482.3.${oid}`, false, new Uint8Array(value));
  const wrap = (value: readonly number[]) => (isWrapped ? [0x04, value.length, ...value] : value);
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: [{ CN: [`YubiKey PIV Attestation ${slot.toLowerCase()}`] }],
    issuer: intermediate.subjectName,
    ...validity(),
    publicKey,
    signingKey: intermediateKey,
    signingAlgorithm: ECDSA,
    extensions: [
      extension('3', ...wrap(firmware)),
      extension('7', 0x02, 0x04, ...number),
      extension('8', ...wrap([pinPolicy, touchPolicy])),
    ],
  });
  const encode = (raw: ArrayBuffer): string => Buffer.from(raw).toString('base64url');
  return { certificate: encode(certificate.rawData), intermediate: encode(intermediate.rawData) };
}
