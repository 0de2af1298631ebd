import { randomUUID } from 'node:crypto';
import { issueCertificate, type TestIdentity } from './openssl-certificate.js';

/** Validity of the intermediate certificates. Apple's own intermediate certificates expired in 2014 and 2022, and phones still send them. */
const LONG_AGO = { from: '20070101000000Z', to: '20140101000000Z' };
const hash = 'sha1';
const AUTHORITY = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
];
const DEVICE = [
  'basicConstraints=critical,CA:FALSE',
  'keyUsage=critical,digitalSignature,keyEncipherment',
  'extendedKeyUsage=critical,serverAuth,clientAuth',
];

/**
 * Kinds of devices to which Apple's authority issues, each with its subject and the extension that marks it. The facts were read from certificates
 * that people have published: of an iPhone of 2019, and of two PCs of 2021 and 2023. None names a UDID or a serial number: the common name is a random
 * UUID that the device chose.
 */
const KINDS = {
  phone: { subject: '/C=US/ST=CA/L=Cupertino/O=Example Apple/OU=iPhone', mark: '1.2.840.113635.100.6.10.2=ASN1:NULL' },
  computer: { subject: '', mark: '1.2.840.113635.100.6.10.6=ASN1:NULL' },
} as const;
export type DeviceKind = keyof typeof KINDS;

/** The identity with which a device signs. */
export interface DeviceIdentity {
  readonly certificatePem: string;
  /** PEM of the intermediate authorities without the root, the device's issuer first. */
  readonly chainPem: string;
  readonly keyPem: string;
}

/** A test authority that stands in for Apple's authority for device certificates. */
export interface AppleAuthority {
  readonly rootPem: string;
  /** Generates a new key for a device, and issues a certificate for the key. Default: the certificate of a phone. */
  issueDevice(kind?: DeviceKind): Promise<DeviceIdentity>;
}

/** The three authorities of the structure. */
export interface AppleAuthorities {
  readonly root: TestIdentity;
  readonly upper: TestIdentity;
  readonly lower: TestIdentity;
}

/** Makes the authorities, or returns those that were kept earlier. */
export type KeepAuthorities = (make: () => Promise<AppleAuthorities>) => Promise<AppleAuthorities>;

let opened: Promise<AppleAuthority> | undefined;

/**
 * Returns a test authority with the structure of Apple's: root, "iPhone Certification Authority", "iPhone Device CA", device. As at Apple, all four
 * use RSA and SHA-1, the keys of the device and of its issuer have 1024 bits, and both intermediate certificates have long expired. The first call in a
 * process creates the authority, and later calls return the same authority.
 *
 * @param keep lets other processes use the same authorities. Default: makes them
 * @throws when `openssl` is missing
 */
export function openAppleAuthority(keep: KeepAuthorities = (make) => make()): Promise<AppleAuthority> {
  opened ??= keep(makeAuthorities).then(authorityOf);
  return opened;
}

async function makeAuthorities(): Promise<AppleAuthorities> {
  const root = await issueCertificate({
    subject: '/C=US/O=Example Apple/CN=Example Apple Root CA',
    extensions: AUTHORITY,
    hash,
  });
  const upper = await issueCertificate({
    subject: '/C=US/O=Example Apple/CN=Example iPhone Certification Authority',
    extensions: AUTHORITY,
    validity: LONG_AGO,
    hash,
    issuer: root,
  });
  const lower = await issueCertificate({
    subject: '/C=US/O=Example Apple/CN=Example iPhone Device CA',
    extensions: AUTHORITY,
    validity: LONG_AGO,
    hash,
    newKey: ['rsa:1024'],
    issuer: upper,
  });
  return { root, upper, lower };
}

function authorityOf({ root, upper, lower }: AppleAuthorities): AppleAuthority {
  return {
    rootPem: root.certificate,
    issueDevice: async (kind = 'phone') => {
      const { subject, mark } = KINDS[kind];
      const device = await issueCertificate({
        subject: `${subject}/CN=${randomUUID().toUpperCase()}`,
        extensions: [...DEVICE, mark],
        newKey: ['rsa:1024'],
        hash,
        issuer: lower,
      });
      return {
        certificatePem: device.certificate,
        chainPem: lower.certificate + upper.certificate,
        keyPem: device.key,
      };
    },
  };
}
