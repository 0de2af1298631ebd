import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { keyHashOf } from '../keys/key-hash.js';
import type { Certificate } from '../store/rows.js';

/**
 * Reads the certificate that an authority issued for a key.
 *
 * @param der as the authority answered
 * @param publicKey that it was asked to certify, DER SubjectPublicKeyInfo
 * @throws Error, a defect of the authority's connector, when it is not a certificate, or one for another key
 */
export function readIssued(
  der: Uint8Array,
  publicKey: Uint8Array,
): Pick<Certificate, 'serialNumber' | 'subject' | 'notBefore' | 'notAfter'> {
  const certificate = new x509.X509Certificate(new Uint8Array(der));
  const certified = Buffer.from(certificate.publicKey.rawData);
  // Of one key, an authority may write the other encoding.
  if (!certified.equals(publicKey) && keyHashOf(certified) !== keyHashOf(publicKey))
    throw new Error('the authority issued a certificate for another key');
  const { serialNumber, subject, notBefore, notAfter } = certificate;
  return { serialNumber, subject, notBefore, notAfter };
}
