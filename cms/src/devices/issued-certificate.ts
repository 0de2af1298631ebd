import { CardKey } from '../keys/card-key.js';
import type { Certificate } from '../store/rows.js';
import { readCertificate } from './read-certificate.js';

/** The parts of a certificate that are kept, and the key that it certifies. */
export interface IssuedCertificate extends Pick<Certificate, 'serialNumber' | 'subject' | 'notBefore' | 'notAfter'> {
  readonly key: CardKey;
}

/**
 * Reads a certificate that an authority issued.
 *
 * @param der the DER certificate, as the authority returned it
 * @throws Error if the certificate cannot be read, which is a defect of the code that calls the authority
 * @example
 * const { serialNumber, subject, notAfter } = readIssued(der);
 */
export function readIssued(der: Uint8Array): IssuedCertificate {
  const { serialNumber, subject, notBefore, notAfter, publicKey } = readCertificate(der);
  return { serialNumber, subject, notBefore, notAfter, key: CardKey.read(new Uint8Array(publicKey.rawData)) };
}

/** Returns the key that a certificate on a card certifies; undefined if the certificate cannot be read. */
export function certifiedKeyOf(der: Uint8Array): CardKey | undefined {
  try {
    return readIssued(der).key;
  } catch {
    // The CMS never writes a certificate that cannot be read, so something else wrote this certificate.
    return undefined;
  }
}
