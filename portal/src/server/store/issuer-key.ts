import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

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
