import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
/** Apple's own intermediate certificates expired in 2014 and 2022, and phones still send them. */
const LONG_AGO = ['-not_before', '20070101000000Z', '-not_after', '20140101000000Z'];
const VALID = ['-days', '30'];

const AUTHORITY = [
  'basicConstraints=critical,CA:TRUE',
  'keyUsage=critical,keyCertSign,cRLSign',
  'subjectKeyIdentifier=hash',
];
const DEVICE_AUTHORITY = ['basicConstraints=critical,CA:TRUE,pathlen:0', ...AUTHORITY.slice(1)];
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

interface Issued {
  readonly certificate: string;
  readonly key: string;
}

let opened: Promise<AppleAuthority> | undefined;

/**
 * A test authority that is built like Apple's: root, "iPhone Certification Authority", "iPhone Device CA", device; RSA and SHA-1
 * throughout, and both intermediate certificates long expired, as Apple's are. Made once in a process.
 *
 * @throws where `openssl` is missing
 */
export function openAppleAuthority(): Promise<AppleAuthority> {
  opened ??= makeAuthority();
  return opened;
}

async function makeAuthority(): Promise<AppleAuthority> {
  const root = await issue('/C=US/O=Example Apple/CN=Example Apple Root CA', AUTHORITY, VALID);
  const upper = await issue(
    '/C=US/O=Example Apple/CN=Example iPhone Certification Authority',
    AUTHORITY,
    LONG_AGO,
    root,
  );
  const lower = await issue('/C=US/O=Example Apple/CN=Example iPhone Device CA', DEVICE_AUTHORITY, LONG_AGO, upper);
  return {
    rootPem: root.certificate,
    issueDevice: async (udid) => {
      const device = await issue(`/C=US/O=Example Apple/OU=iPhone/CN=${udid}`, DEVICE, VALID, lower);
      return {
        certificatePem: device.certificate,
        chainPem: lower.certificate + upper.certificate,
        keyPem: device.key,
      };
    },
  };
}

/** Without an issuer it issues itself. */
async function issue(
  subject: string,
  extensions: readonly string[],
  validity: readonly string[],
  issuer?: Issued,
): Promise<Issued> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cardwright-apple-'));
  const file = (name: string): string => path.join(folder, `${name}.pem`);
  try {
    if (issuer) {
      await writeFile(file('issuer'), issuer.certificate);
      await writeFile(file('issuer-key'), issuer.key);
    }
    await run('openssl', [
      ...['req', '-x509', '-sha1', '-newkey', 'rsa:2048', '-nodes', '-subj', subject, ...validity],
      ...extensions.flatMap((extension) => ['-addext', extension]),
      ...(issuer ? ['-CA', file('issuer'), '-CAkey', file('issuer-key')] : []),
      ...['-keyout', file('key'), '-out', file('certificate')],
    ]);
    return { certificate: await readFile(file('certificate'), 'utf8'), key: await readFile(file('key'), 'utf8') };
  } finally {
    await rm(folder, { recursive: true });
  }
}
