import { parseAgain, type ParsedCertificate } from './certificate.js';

/** One certificate in a PEM text. Text between certificates is ignored (RFC 7468, 5.2). */
const CERTIFICATE = /-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/;
const CERTIFICATES = new RegExp(CERTIFICATE, 'g');

/**
 * Returns the PEM certificates in a text, each unchanged.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * const roots = splitPem(await readFile('roots.pem', 'utf8'));
 */
export const splitPem = (text: string): string[] => text.match(CERTIFICATES) ?? [];

/**
 * Parses the first PEM certificate in a text, with a cache. Returns undefined if the text has no certificate, or if the certificate cannot be
 * read.
 *
 * @example
 * console.log(parsePem(pem)?.notAfter);
 */
export const parsePem = (pem: string): ParsedCertificate | undefined =>
  parseAgain(Buffer.from(CERTIFICATE.exec(pem)?.[1] ?? '', 'base64'));
