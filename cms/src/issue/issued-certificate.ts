import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { keyHashOf } from '../keys/key-hash.js';
import type { Certificate } from '../store/rows.js';

/** What is kept of a certificate, and whose key it certifies. */
export interface IssuedCertificate extends Pick<Certificate, 'serialNumber' | 'subject' | 'notBefore' | 'notAfter'> {
  /** SHA-256 of the key's SubjectPublicKeyInfo, base64url. Of one key, an authority may write the other encoding. */
  readonly keyHash: string;
}

/**
 * Reads the certificate that an authority issued.
 *
 * @param der as the authority answered
 * @throws Error, a defect of the authority's connector, when it is no certificate
 */
export function readIssued(der: Uint8Array): IssuedCertificate {
  const { serialNumber, subject, notBefore, notAfter, publicKey } = new x509.X509Certificate(new Uint8Array(der));
  return { serialNumber, subject, notBefore, notAfter, keyHash: keyHashOf(new Uint8Array(publicKey.rawData)) };
}

/** The hash of the key that a certificate on a card is for; undefined where it cannot be read. */
export function certifiedKeyOf(der: Uint8Array): string | undefined {
  try {
    return readIssued(der).keyHash;
  } catch {
    // Whatever the parsers say of it: it is not what was written.
    return undefined;
  }
}
