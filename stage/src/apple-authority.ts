import { issueCertificate } from './openssl-certificate.js';

/** Apple's own intermediate certificates expired in 2014 and 2022, and phones still send them. */
const LONG_AGO = { from: '20070101000000Z', to: '20140101000000Z' };
const hash = 'sha1';
const AUTHORITY = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
];
const DEVICE = ['basicConstraints=critical,CA:FALSE', 'keyUsage=critical,digitalSignature,keyEncipherment'];

/** What a device signs with. */
export interface DeviceIdentity {
  readonly certificatePem: string;
  /** The intermediate authorities, the device's issuer first; without the root. */
  readonly chainPem: string;
  readonly keyPem: string;
}

/** Plays Apple's authority for device certificates. */
export interface AppleAuthority {
  readonly rootPem: string;
  /** A certificate for the device with this identifier: another one each time. */
  issueDevice(udid: string): Promise<DeviceIdentity>;
}

let opened: Promise<AppleAuthority> | undefined;

/**
 * A test authority that is built like Apple's: root, "iPhone Certification Authority", "iPhone Device CA", device; RSA and SHA-1
 * throughout, the last authority's key of 1024 bits, and both intermediate certificates long expired, as Apple's are. Made once
 * in a process.
 *
 * @throws where `openssl` is missing
 */
export function openAppleAuthority(): Promise<AppleAuthority> {
  opened ??= makeAuthority();
  return opened;
}

async function makeAuthority(): Promise<AppleAuthority> {
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
  return {
    rootPem: root.certificate,
    issueDevice: async (udid) => {
      const device = await issueCertificate({
        subject: `/C=US/O=Example Apple/OU=iPhone/CN=${udid}`,
        extensions: DEVICE,
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
