import type { X509Certificate } from 'node:crypto';
import { childAt, childrenOf, context, readDer, sequence, TAG, type DerElement } from './der.js';

/** Returns the DER encoding of a certificate's IssuerAndSerialNumber (RFC 5652, 10.2.4). */
export function issuerAndSerial(certificate: X509Certificate): Buffer {
  const [serial, , issuer] = fieldsOf(certificate);
  if (!serial || !issuer) throw new Error('It is no certificate.');
  return sequence(issuer.whole, serial.whole);
}

/** Returns the DER encoding of a certificate's subject, a Name. */
export function subjectName(certificate: X509Certificate): Buffer {
  const subject = fieldsOf(certificate)[4];
  if (!subject) throw new Error('It is no certificate.');
  return subject.whole;
}

/**
 * Returns the fields of a certificate without its version: serialNumber, signature, issuer, validity, subject and the fields after it (RFC 5280,
 * 4.1).
 */
function fieldsOf(certificate: X509Certificate): DerElement[] {
  const fields = childrenOf(childAt(readDer(certificate.raw), 0, TAG.sequence));
  return fields[0]?.tag === context(0) ? fields.slice(1) : fields;
}

/** Splits a PEM text into certificates. */
export const splitCertificates = (pem: string): string[] =>
  pem.match(/-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----\n?/g) ?? [];
