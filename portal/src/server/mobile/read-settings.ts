import type { KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { splitPem } from '@cardwright/cms/attestation';
import { findAuthorityWeakness, readForeignCertificate, readPrivateKey } from '@cardwright/cms/keys';
import { orderedSlots, type MobileSettings, type WrittenMobileSettings } from './settings.js';

const MINUTE = 60_000;
/** Minimum length in bits of the RSA key in the settings to which SCEP clients encrypt (RFC 8894, 2.1.2; NIST SP 800-131A). */
const SHORTEST_RSA = 2048;

/**
 * Reads the certificates and keys that the settings of mobile devices refer to.
 *
 * @throws Error that names the wrong member of the settings, but does not quote the value
 */
export function readMobileSettings({
  organization,
  users,
  proof,
  slots,
  keySize,
  days,
  ...written
}: WrittenMobileSettings): MobileSettings {
  const { linkMinutes, confirmMinutes, silenceMinutes } = written;
  return {
    organization,
    users: users ?? null,
    proof,
    slots: orderedSlots(slots),
    keySize,
    days,
    deviceAuthorities: written.deviceAuthorities.flatMap((file) =>
      readCertificates('deviceAuthorities', file).map(({ raw }) => raw),
    ),
    signing: written.signing ? readSigner(written.signing) : null,
    registrationAuthority: written.registrationAuthority
      ? readRegistrationAuthority(written.registrationAuthority)
      : null,
    linkLifetime: linkMinutes * MINUTE,
    confirmationTime: confirmMinutes * MINUTE,
    silence: silenceMinutes * MINUTE,
  };
}

type WrittenIdentity = NonNullable<WrittenMobileSettings['signing']>;

function readSigner(identity: WrittenIdentity): MobileSettings['signing'] {
  const { certificates, key } = readIdentity('signing', identity);
  const areInOrder = certificates.every((one, index) => {
    const issuer = certificates[index + 1];
    return issuer === undefined || one.checkIssued(issuer);
  });
  if (!areInOrder)
    throw new Error('signing.certificate expected the signer first, and each issuer after what it issued');
  return { certificates: certificates.map(({ raw }) => raw), key };
}

function readRegistrationAuthority(identity: WrittenIdentity): MobileSettings['registrationAuthority'] {
  const { certificates, key } = readIdentity('registrationAuthority', identity);
  const [certificate] = certificates;
  const isLongEnough =
    key.asymmetricKeyType === 'rsa' && (key.asymmetricKeyDetails?.modulusLength ?? 0) >= SHORTEST_RSA;
  if (certificate === undefined || !isLongEnough)
    throw new Error(`registrationAuthority.key expected an RSA key of ${SHORTEST_RSA} bits or more`);
  return { certificate: certificate.raw, key };
}

/**
 * Reads certificates and the key of the first certificate.
 *
 * @throws Error if a file cannot be read or holds something else, if the key does not belong to the first certificate, or if the key is weak
 */
function readIdentity(member: string, identity: WrittenIdentity): { certificates: X509Certificate[]; key: KeyObject } {
  const certificates = readCertificates(`${member}.certificate`, identity.certificate);
  const key = readKey(`${member}.key`, identity.key);
  if (certificates[0]?.checkPrivateKey(key) !== true)
    throw new Error(`${member}.key expected the key of the first certificate`);
  const weakness = findAuthorityWeakness(certificates[0].publicKey);
  if (weakness !== undefined) throw new Error(`${member}.key expected a key that is not weak (${weakness})`);
  return { certificates, key };
}

function readCertificates(member: string, file: string): X509Certificate[] {
  const pems = splitPem(readText(member, file));
  const certificates = pems.flatMap((pem) => attempt(() => readForeignCertificate(pem)) ?? []);
  if (pems.length === 0 || certificates.length < pems.length) throw new Error(`${member} expected PEM certificates`);
  return certificates;
}

function readKey(member: string, file: string): KeyObject {
  const pem = readText(member, file);
  const key = attempt(() => readPrivateKey(pem));
  if (key === undefined || !['rsa', 'ec'].includes(key.asymmetricKeyType ?? ''))
    throw new Error(`${member} expected a PEM private key, RSA or EC, that no password protects`);
  return key;
}

/**
 * Returns the result of `read`. Returns undefined if OpenSSL throws an error. OpenSSL's errors are of many kinds, and some quote the input, so
 * no error is passed on.
 */
function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function readText(member: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    throw new Error(`${member} refers to a file that cannot be read`);
  }
}
