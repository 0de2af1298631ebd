import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { encodeBytes } from '@cardwright/protocol';
import { BoundedCache } from '../keys/bounded-cache.js';
import { requireCertificate } from '../keys/foreign-certificate.js';

/** Number of certificates that are kept: those of some hundred devices that are in operations now. */
const MOST = 1000;
const known = new BoundedCache<x509.X509Certificate>(MOST);

/**
 * Reads a DER certificate. One that was read lately is not read again, because reading takes more time than anything else in an operation: a
 * certificate is read when it is issued, when the device is inspected, and for what its user can do with it.
 *
 * @throws Error if the bytes are no certificate
 */
export const readCertificate = (der: Uint8Array): x509.X509Certificate =>
  known.get(encodeBytes(der), () => {
    requireCertificate(der);
    return new x509.X509Certificate(new Uint8Array(der));
  });
