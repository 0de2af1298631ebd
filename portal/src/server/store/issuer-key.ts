import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { pgTable, text } from 'drizzle-orm/pg-core';
import { certificateColumns } from './certificate-columns.js';

/** The table of certificates with the issuers' keys, which only CRLs need. */
export const certificatesWithIssuers = pgTable('certificates', {
  ...certificateColumns(),
  /** Identifier of the issuer's key in lower-case hexadecimal; null if the certificate does not state it, and in rows that an older portal stored. */
  issuerKey: text('issuer_key'),
});

/**
 * Returns the identifier of the key that signed a certificate (RFC 5280, 4.2.1.1), in lower-case hexadecimal. Returns null if the certificate does
 * not state it or cannot be read: a store keeps whatever the authority of a portal has made.
 */
export function issuerKeyOf(certificate: Uint8Array): string | null {
  try {
    const extension = new x509.X509Certificate(new Uint8Array(certificate)).getExtension(
      x509.AuthorityKeyIdentifierExtension,
    );
    return extension?.keyId?.toLowerCase() ?? null;
  } catch {
    return null;
  }
}
