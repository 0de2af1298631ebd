/**
 * Writes the certificates under which virtual cards attest, where they are missing; run it after a build. Each key is
 * derived from a sentence in the source, so no private key is kept here, and no one may trust these roots outside tests
 * and the demo. A file that is made again has different bytes, but the same names and keys.
 */
import { X509Certificate } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import {
  fidoRoot,
  intermediate58,
  makeAuthority,
  pivAttestation58,
  root,
  root58,
} from '../dist/x509/test-authorities.js';

write('test-root.pem', root);
write('test-root-58.pem', root58);
write('test-root-fido.pem', fidoRoot);
write('test-intermediates.pem', pivAttestation58, intermediate58);

/**
 * @param {string} name
 * @param {import('../dist/x509/test-authorities.js').TestAuthority[]} authorities
 */
function write(name, ...authorities) {
  const file = new URL(name, import.meta.url);
  if (existsSync(file)) return;
  writeFileSync(file, authorities.map((one) => new X509Certificate(makeAuthority(one)).toString()).join(''));
}
