import 'reflect-metadata';
import { randomBytes, webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

/** A manufacturer of security keys: its root, and the key with which authenticators of a batch attest. */
export interface FidoManufacturer {
  /** The root certificate, PEM. */
  readonly root: string;
  /** The chain in DER, the batch's certificate first, without the root. */
  readonly chain: readonly Buffer[];
  readonly attestationKey: webcrypto.CryptoKey;
}

/** id-fido-gen-ce-aaguid. */
const AAGUID_EXTENSION = '1.3.6.1.4.1.45724.1.1.4';
const ECDSA = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const DAY = 24 * 60 * 60 * 1000;

export const aaguidBytes = (aaguid: string): Buffer => Buffer.from(aaguid.replaceAll('-', ''), 'hex');

/** Creates a manufacturer of one model with an intermediate certificate; the batch's certificate is valid for `batchDays`. */
export async function newFidoManufacturer(aaguid: string, { batchDays = 1 } = {}): Promise<FidoManufacturer> {
  const [root, middle, batch] = await Promise.all([newKeys(), newKeys(), newKeys()]);
  const rootName = 'CN=Test Keys Root';
  const middleName = 'CN=Test Keys Issuing';
  const authority = { rootName, root, middleName, middle };
  const rootCertificate = await certify(rootName, rootName, root.publicKey, root.privateKey, [isAuthority(1)]);
  const middleCertificate = await certify(middleName, rootName, authority.middle.publicKey, root.privateKey, [
    isAuthority(0),
  ]);
  const leaf = await certify(
    'C=SE, O=Test Keys, OU=Authenticator Attestation, CN=Test Keys Batch 1',
    middleName,
    batch.publicKey,
    middle.privateKey,
    [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.Extension(AAGUID_EXTENSION, false, Buffer.concat([Buffer.from([0x04, 16]), aaguidBytes(aaguid)])),
    ],
    batchDays,
  );
  return {
    root: rootCertificate.toString('pem'),
    chain: [leaf, middleCertificate].map(({ rawData }) => Buffer.from(rawData)),
    attestationKey: batch.privateKey,
  };
}

const newKeys = (): Promise<webcrypto.CryptoKeyPair> => webcrypto.subtle.generateKey(ECDSA, true, ['sign', 'verify']);

const isAuthority = (pathLength: number): x509.Extension => new x509.BasicConstraintsExtension(true, pathLength, true);

const certify = (
  subject: string,
  issuer: string,
  publicKey: webcrypto.CryptoKey,
  signingKey: webcrypto.CryptoKey,
  extensions: x509.Extension[],
  days = 1,
): Promise<x509.X509Certificate> =>
  x509.X509CertificateGenerator.create({
    serialNumber: `01${randomBytes(8).toString('hex')}`,
    subject,
    issuer,
    notBefore: new Date(Date.now() - 2 * DAY),
    notAfter: new Date(Date.now() + days * DAY),
    publicKey,
    signingKey,
    signingAlgorithm: ECDSA,
    extensions,
  });
