import 'reflect-metadata';
import * as x509 from '@peculiar/x509';
import { DEVICE_USES, type DeviceUse } from '@cardwright/protocol';
import type { Certificate } from '../store/rows.js';

/** What one certificate says of the use of its key; without an extended key usage, it is for anything that its key usage allows. */
interface Purpose {
  readonly usages: readonly string[] | null;
  readonly keyUsage: number;
}

const ANY = '2.5.29.37.0';
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const EMAIL_PROTECTION = '1.3.6.1.5.5.7.3.4';
/** RFC 9336. */
const DOCUMENT_SIGNING = '1.3.6.1.5.5.7.3.36';
const SMART_CARD_LOGON = '1.3.6.1.4.1.311.20.2.2';
const MICROSOFT_DOCUMENT_SIGNING = '1.3.6.1.4.1.311.10.3.12';
const ENCRYPTING_FILE_SYSTEM = '1.3.6.1.4.1.311.10.3.4';
/** RFC 4556, 3.2.2. */
const PKINIT_CLIENT = '1.3.6.1.5.2.3.4';

const { digitalSignature, nonRepudiation, keyEncipherment, keyAgreement } = x509.KeyUsageFlags;

const isFor = ({ usages }: Purpose, ...wanted: readonly string[]): boolean =>
  usages === null || [ANY, ...wanted].some((usage) => usages.includes(usage));
const allows = ({ keyUsage }: Purpose, ...wanted: readonly number[]): boolean =>
  wanted.some((flag) => (keyUsage & flag) !== 0);

const TESTS: Readonly<Record<DeviceUse, (purpose: Purpose) => boolean>> = {
  'sign-in': (purpose) =>
    allows(purpose, digitalSignature) && isFor(purpose, CLIENT_AUTH, SMART_CARD_LOGON, PKINIT_CLIENT),
  sign: (purpose) =>
    allows(purpose, nonRepudiation) ||
    (allows(purpose, digitalSignature) && isFor(purpose, DOCUMENT_SIGNING, MICROSOFT_DOCUMENT_SIGNING)),
  // A certificate for logging in at Windows may have an RSA key that could encipher, and nobody writes to it.
  decrypt: (purpose) =>
    allows(purpose, keyEncipherment, keyAgreement) && isFor(purpose, EMAIL_PROTECTION, ENCRYPTING_FILE_SYSTEM),
};

/**
 * What a device is good for by those of its certificates that are good (RFC 5280, 4.2.1.3 and 4.2.1.12). Of one for the card itself
 * (slot 9E), nobody can say whether there is a door that it opens.
 */
export function usesOf(certificates: readonly Pick<Certificate, 'der' | 'revocationReason'>[]): DeviceUse[] {
  const purposes = certificates.filter(({ revocationReason }) => revocationReason === null).map(purposeOf);
  return DEVICE_USES.filter((use) => purposes.some(TESTS[use]));
}

/** A certificate without a key usage allows everything. */
const EVERYTHING = -1;

function purposeOf({ der }: Pick<Certificate, 'der'>): Purpose {
  const certificate = new x509.X509Certificate(Buffer.from(der, 'base64url'));
  const usages = certificate.getExtension(x509.ExtendedKeyUsageExtension)?.usages ?? null;
  return {
    usages: usages?.map(String) ?? null,
    keyUsage: certificate.getExtension(x509.KeyUsagesExtension)?.usages ?? EVERYTHING,
  };
}
