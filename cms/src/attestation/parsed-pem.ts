import { ParsedCertificate } from './certificate.js';

/** One certificate in a PEM text; what stands between certificates is ignored (RFC 7468, 5.2). */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/;
const CERTIFICATES = new RegExp(CERTIFICATE, 'g');

/** A policy has at most 32 certificates, and there are few models. */
const KEPT = 128;
const parsed = new Map<string, ParsedCertificate | undefined>();

/** The PEM certificates of a text, as they stand there. */
export const splitPem = (text: string): string[] => text.match(CERTIFICATES) ?? [];

/** A PEM certificate, decoded once as long as it is in use; undefined where it cannot be read. */
export function parsePem(pem: string): ParsedCertificate | undefined {
  const known = parsed.has(pem);
  const certificate = known ? parsed.get(pem) : decode(pem);
  // The one that was used last stands last, and the first one goes.
  parsed.delete(pem);
  parsed.set(pem, certificate);
  for (const [oldest] of parsed) if (parsed.size > KEPT) parsed.delete(oldest);
  return certificate;
}

const decode = (pem: string): ParsedCertificate | undefined =>
  ParsedCertificate.parse(Buffer.from(CERTIFICATE.exec(pem)?.[1] ?? '', 'base64'));
