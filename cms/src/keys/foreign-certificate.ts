import { X509Certificate } from 'node:crypto';
import { DerReader, requireDer, TAG } from './der-reader.js';
import { keyInForm } from './key-form.js';

/** Maximum length of a certificate in bytes. Most certificates have less than 4 KB. */
const LONGEST_CERTIFICATE = 64 * 1024;
/** Maximum length of a PEM text around it: base64 takes a third more, and some tools write the certificate in words before. */
const LONGEST_TEXT = 4 * LONGEST_CERTIFICATE;
/** Maximum depth of elements. Certificates have ten levels or fewer. */
const DEEPEST = 24;
/** The first PEM certificate in a text (RFC 7468, 5). */
const PEM = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/;
const VERSION = 0xa0;

/**
 * Reads a certificate that someone else made. Its bytes and those of its key are judged first (`keyInForm`), because some keys end the process.
 *
 * @param encoded DER, with nothing after it; or a text with a PEM certificate
 * @throws Error if the certificate is too long, is not DER or nested too deep, if its key is not of a known form, or if OpenSSL does not accept it
 * @example
 * const { subject, publicKey } = readForeignCertificate(der);
 */
export function readForeignCertificate(encoded: Uint8Array | string): X509Certificate {
  const der = typeof encoded === 'string' ? derOf(encoded) : Buffer.from(encoded);
  requireCertificate(der);
  const certificate = new X509Certificate(der);
  // OpenSSL tries PEM first. The certificate that it read must be exactly these bytes.
  if (!certificate.raw.equals(der)) throw new Error('not exactly one DER certificate');
  return certificate;
}

function derOf(text: string): Buffer {
  if (text.length > LONGEST_TEXT) throw new Error('a text that is too long');
  return Buffer.from(PEM.exec(text)?.[1] ?? '', 'base64');
}

/**
 * Requires that bytes are one certificate (RFC 5280, 4.1) that OpenSSL may read.
 *
 * @throws Error that names the fault
 */
export function requireCertificate(der: Uint8Array): void {
  if (der.length > LONGEST_CERTIFICATE) throw new Error('a certificate of too many bytes');
  requireDer(der, DEEPEST);
  const file = new DerReader(der);
  const tbs = new DerReader(new DerReader(file.next(TAG.SEQUENCE)).next(TAG.SEQUENCE));
  file.end();
  if (tbs.isNext(VERSION)) tbs.next(VERSION);
  tbs.next(TAG.INTEGER);
  // Signature algorithm, issuer, validity and subject.
  for (let skipped = 0; skipped < 4; skipped += 1) tbs.next(TAG.SEQUENCE);
  const { rest } = tbs;
  tbs.next(TAG.SEQUENCE);
  keyInForm(rest.subarray(0, rest.length - tbs.rest.length));
}
