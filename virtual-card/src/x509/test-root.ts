import { createHash, createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { ecPrivateKey } from './ec-key.js';
import { commonName, issueCertificate, publicKeyOf, validity } from './certificate.js';
import { bitString, boolean, integer, sequence } from './der.js';

/** Who trusts this root trusts everybody: its private key is the hash of this sentence. */
const PHRASE = 'Cardwright test attestation root. Everybody knows this key.';
const ROOT_NAME = 'Cardwright TEST attestation root (its private key is public)';
const ATTESTING_NAME = 'Cardwright TEST PIV attestation';
const VALID_FROM = new Date('2020-01-01T00:00:00Z');
const VALID_TO = new Date('2049-12-31T00:00:00Z');
const BASIC_CONSTRAINTS = '2.5.29.19';
const KEY_USAGE = '2.5.29.15';
/** keyCertSign and cRLSign: bits 5 and 6. */
const SIGNS_CERTIFICATES = bitString(Buffer.of(0b0000_0110), 1);

/** The PEM file with the root certificate under which virtual cards attest. For tests and the demo only. */
export const testAttestationRootPath = fileURLToPath(new URL('../../attestation-root/test-root.pem', import.meta.url));

/** The root certificate as it is committed. */
export function testAttestationRoot(): X509Certificate {
  return new X509Certificate(readFileSync(testAttestationRootPath));
}

/** Makes the root certificate anew, DER; the committed one was made so. */
export function makeTestRoot(): Buffer {
  const key = rootKey();
  return issueCertificate(
    {
      issuer: commonName(ROOT_NAME),
      validity: validity(VALID_FROM, VALID_TO),
      subject: commonName(ROOT_NAME),
      publicKey: publicKeyOf(key),
      extensions: authorityExtensions(),
    },
    key,
  );
}

/** Certifies a card's attestation key (slot F9), DER: what a vendor does in its factory. */
export function certifyAttestationKey(publicKey: KeyObject): Buffer {
  return issueCertificate(
    {
      issuer: commonName(ROOT_NAME),
      validity: validity(VALID_FROM, VALID_TO),
      subject: commonName(ATTESTING_NAME),
      publicKey,
      extensions: authorityExtensions(0),
    },
    rootKey(),
  );
}

function authorityExtensions(pathLength?: number): { oid: string; critical: true; value: Buffer }[] {
  const constraints = [boolean(true), ...(pathLength === undefined ? [] : [integer(Buffer.of(pathLength))])];
  return [
    { oid: BASIC_CONSTRAINTS, critical: true, value: sequence(...constraints) },
    { oid: KEY_USAGE, critical: true, value: SIGNS_CERTIFICATES },
  ];
}

function rootKey(): KeyObject {
  return createPrivateKey(ecPrivateKey('prime256v1', createHash('sha256').update(PHRASE).digest()));
}
