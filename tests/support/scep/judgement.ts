import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createPublicKey, X509Certificate, type KeyObject } from 'node:crypto';
import type { ScepAuthority } from '../../../portal/src/server/mobile/scep/scep-server.js';

/** Runs openssl with named files in a temporary folder, and returns its output. */
export function openssl(args: readonly string[], files: Readonly<Record<string, Uint8Array | string>>): Buffer {
  const folder = mkdtempSync(join(tmpdir(), 'scep-'));
  try {
    for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content, { mode: 0o600 });
    return execFileSync('openssl', args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const pemOf = (certificate: Uint8Array): string => new X509Certificate(certificate).toString();

/** Returns the content of an answer after openssl has verified its signature and signer up to the authority. */
export function verifiedContent(certRep: Uint8Array, { authority }: ScepAuthority): Uint8Array {
  return openssl(['cms', '-verify', '-inform', 'DER', '-in', 'rep', '-binary', '-purpose', 'any', '-CAfile', 'ca'], {
    rep: certRep,
    ca: pemOf(authority),
  });
}

/** Decrypts an answer with openssl and the client's key, and returns its certificates in order. */
export function certificatesIn(
  certRep: Uint8Array,
  authority: ScepAuthority,
  client: { readonly key: KeyObject; readonly certificate: Uint8Array },
): Uint8Array[] {
  return certificatesOf(decrypted(verifiedContent(certRep, authority), client));
}

/** Decrypts an envelope. DER. */
export function decrypted(
  envelope: Uint8Array,
  { key, certificate }: { readonly key: KeyObject; readonly certificate: Uint8Array },
): Uint8Array {
  return openssl(['cms', '-decrypt', '-inform', 'DER', '-in', 'env', '-binary', '-recip', 'cert', '-inkey', 'key'], {
    env: envelope,
    cert: pemOf(certificate),
    key: key.export({ format: 'pem', type: 'pkcs8' }),
  });
}

/** Returns the certificates of a degenerate SignedData, in order. */
export function certificatesOf(pkcs7: Uint8Array): Uint8Array[] {
  const printed = openssl(['pkcs7', '-inform', 'DER', '-in', 'p7', '-print_certs'], { p7: pkcs7 }).toString();
  const pems = printed.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return pems.map((pem) => new Uint8Array(new X509Certificate(pem).raw));
}

/** Returns openssl's verdict on a certificate: `OK` if it chains to the authority. */
export function verdictOn(certificate: Uint8Array, authority: Uint8Array): string {
  const files = { cert: pemOf(certificate), ca: pemOf(authority) };
  return openssl(['verify', '-x509_strict', '-CAfile', 'ca', 'cert'], files).toString().replace('cert: ', '').trim();
}

/** Returns whether a certificate is for a private key. */
export const isFor = (certificate: Uint8Array, key: KeyObject): boolean =>
  new X509Certificate(certificate).publicKey.equals(createPublicKey(key));
