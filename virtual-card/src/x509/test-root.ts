import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Paths of PEM files with the certificates under which virtual cards attest, for tests and the demo only. In this order:
 * - the root of firmware before 5.7.4, which signs the certificate of F9 itself;
 * - the root of firmware 5.7.4 and later;
 * - the root of the batches of FIDO authenticators;
 * - the two authorities between F9 and the root of firmware 5.7.4 and later. Their certificates are on no card. The file first contains the lower
 *   authority, which signs the certificate of F9, and then the upper authority, which signs the lower authority's certificate.
 */
export const testAttestationRootPath = committed('test-root.pem');
export const testAttestationRoot58Path = committed('test-root-58.pem');
export const testFidoRootPath = committed('test-root-fido.pem');
export const testAttestationIntermediatesPath = committed('test-intermediates.pem');

/** Returns the root certificate of firmware before 5.7.4. */
export function testAttestationRoot(): X509Certificate {
  return new X509Certificate(readFileSync(testAttestationRootPath));
}

function committed(name: string): string {
  return fileURLToPath(new URL(`../../attestation-root/${name}`, import.meta.url));
}
