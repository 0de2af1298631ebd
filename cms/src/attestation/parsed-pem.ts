import { parseAgain, type ParsedCertificate } from './certificate.js';

/** One certificate in a PEM text; what stands between certificates is ignored (RFC 7468, 5.2). */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/;
const CERTIFICATES = new RegExp(CERTIFICATE, 'g');

/** The PEM certificates of a text, as they stand there. */
export const splitPem = (text: string): string[] => text.match(CERTIFICATES) ?? [];

/** A PEM certificate, decoded once while in use; undefined where it cannot be read. */
export const parsePem = (pem: string): ParsedCertificate | undefined =>
  parseAgain(Buffer.from(CERTIFICATE.exec(pem)?.[1] ?? '', 'base64'));
