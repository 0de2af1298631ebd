import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { decodeBytes } from '@cardwright/protocol';
import { DEVICE_USES, type DeviceUse } from '@cardwright/protocol/cms';
import type { Certificate } from '../store/rows.js';
import { KEY_PURPOSES } from './key-purposes.js';
import { readCertificate } from './read-certificate.js';

/**
 * Uses of the key of one certificate. `usages` has the OIDs of the extended key usage; null if the certificate has no such extension, so
 * that the key is for anything that `keyUsage` allows. `keyUsage` has the flags of the key usage.
 */
interface Purpose {
  readonly usages: readonly string[] | null;
  readonly keyUsage: number;
}

const {
  any,
  clientAuth,
  emailProtection,
  documentSigning,
  smartCardLogon,
  microsoftDocumentSigning,
  encryptingFileSystem,
  pkinitClient,
} = KEY_PURPOSES;
const { digitalSignature, nonRepudiation, keyEncipherment, keyAgreement } = x509.KeyUsageFlags;

const isFor = ({ usages }: Purpose, ...wanted: readonly string[]): boolean =>
  usages === null || [any, ...wanted].some((usage) => usages.includes(usage));
const allows = ({ keyUsage }: Purpose, ...wanted: readonly number[]): boolean =>
  wanted.some((flag) => (keyUsage & flag) !== 0);

const TESTS: Readonly<Record<DeviceUse, (purpose: Purpose) => boolean>> = {
  'sign-in': (purpose) => allows(purpose, digitalSignature) && isFor(purpose, clientAuth, smartCardLogon, pkinitClient),
  sign: (purpose) =>
    allows(purpose, nonRepudiation) ||
    (allows(purpose, digitalSignature) && isFor(purpose, documentSigning, microsoftDocumentSigning)),
  // Requires a purpose of encryption, to exclude certificates for Windows logon: their RSA keys could decrypt, but nobody encrypts to them.
  decrypt: (purpose) =>
    allows(purpose, keyEncipherment, keyAgreement) && isFor(purpose, emailProtection, encryptingFileSystem),
};

/**
 * Lists the uses of a device by the usages in its good certificates (RFC 5280, 4.2.1.3 and 4.2.1.12). A certificate for card authentication in
 * 9E has another purpose, so it adds no use.
 */
export function usesOf(certificates: readonly Pick<Certificate, 'der' | 'revocationReason'>[]): DeviceUse[] {
  const purposes = certificates.filter(({ revocationReason }) => revocationReason === null).map(purposeOf);
  return DEVICE_USES.filter((use) => purposes.some(TESTS[use]));
}

/** Key usage of a certificate without the key usage extension: all flags are set, because the certificate allows every usage. */
const EVERYTHING = -1;

function purposeOf({ der }: Pick<Certificate, 'der'>): Purpose {
  const certificate = readCertificate(decodeBytes(der));
  const usages = certificate.getExtension(x509.ExtendedKeyUsageExtension)?.usages ?? null;
  return {
    usages: usages?.map(String) ?? null,
    keyUsage: certificate.getExtension(x509.KeyUsagesExtension)?.usages ?? EVERYTHING,
  };
}
