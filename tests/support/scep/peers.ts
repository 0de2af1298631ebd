import { execFile } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { X509Certificate, type KeyObject } from 'node:crypto';
import { ACCEPTED, openSslCipher, SHA_1, type Algorithms } from '../../../portal/src/server/mobile/scep/algorithms.js';
import type { ScepAuthority } from '../../../portal/src/server/mobile/scep/scep-server.js';

/** A client's result. */
export interface Outcome {
  /** The certificate in DER; null if it got none. */
  readonly certificate: Uint8Array | null;
  /** Its output, without the challenge. */
  readonly words: string;
}

/** The parameters of an enrolment. */
export interface PeerRequest {
  readonly url: string;
  readonly authority: ScepAuthority;
  readonly key: KeyObject;
  readonly challenge?: string | undefined;
  /** The certificate to renew, and its key. */
  readonly former?: { readonly certificate: Uint8Array; readonly key: KeyObject };
}

const DES_CBC = '1.3.14.3.2.7';
const tripleDes = openSslCipher('des-ede3-cbc', 24, 8);

/**
 * Algorithms for Debian's scepclient. Whatever a server offers, it signs with SHA-1 and encrypts with DES (micromdm/scep#218), which RFC
 * 8894, 2.9 forbids. So the portal refuses it, and it enrols only at a server that a test has made lenient. Triple DES with the
 * same key three times is DES.
 */
export const FOR_SCEPCLIENT: Algorithms = {
  ...ACCEPTED,
  digests: new Map([...ACCEPTED.digests, [SHA_1, 'sha1']]),
  ciphers: new Map([
    ...ACCEPTED.ciphers,
    [
      DES_CBC,
      {
        keyLength: 8,
        blockLength: 8,
        decrypt: (key, iv, content) => tripleDes.decrypt(Buffer.concat([key, key, key]), iv, content),
      },
    ],
  ]),
};

const pemOf = (certificate: Uint8Array): string => new X509Certificate(certificate).toString();
const keyPemOf = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs1' }).toString();

/** Enrols with strongSwan's `pki --scep`, which polls a waiting request every second. */
export function enrolWithStrongSwan(
  { url, authority, key, challenge, former }: PeerRequest,
  further: Readonly<Record<string, string>> = {},
): Promise<Outcome> {
  return inFolder(async (file) => {
    const options = {
      url,
      in: file('key', keyPemOf(key)),
      dn: 'CN=A phone',
      'cacert-enc': file('ra', pemOf(authority.registration.certificate)),
      'cacert-sig': file('ca', pemOf(authority.authority)),
      interval: '1',
      maxpolltime: '20',
      outform: 'pem',
      ...(challenge === undefined ? {} : { password: challenge }),
      ...(former ? { cert: file('cert', pemOf(former.certificate)), key: file('former', keyPemOf(former.key)) } : {}),
      ...further,
    };
    // The options are in a file, so that no other program sees the challenge.
    const lines = Object.entries(options).map(([name, value]) => `--${name} "${value}"\n`);
    const { stdout, stderr } = await run('pki', ['--scep', '--options', file('options', lines.join(''))]);
    const isCertificate = stdout.startsWith('-----BEGIN CERTIFICATE-----');
    return { certificate: isCertificate ? new Uint8Array(new X509Certificate(stdout).raw) : null, words: stderr };
  });
}

/** Enrols with micromdm's `scepclient`, which repeats a waiting request every thirty seconds. */
export function enrolWithScepclient({ url, key, challenge, former }: PeerRequest): Promise<Outcome> {
  return inFolder(async (file, folder) => {
    const certificate = former ? file('client.pem', pemOf(former.certificate)) : join(folder, 'client.pem');
    const { stdout, stderr } = await run('scepclient', [
      ...['-server-url', url, '-private-key', file('key.pem', keyPemOf(key)), '-certificate', certificate],
      ...(challenge === undefined ? [] : ['-challenge', challenge]),
      // Otherwise it would also encrypt to the authority, whose key is not RSA.
      '-key-encipherment-selector',
    ]);
    const got = existsSync(certificate) ? new Uint8Array(new X509Certificate(readFileSync(certificate)).raw) : null;
    const isNew = got !== null && (!former || !Buffer.from(got).equals(former.certificate));
    const words = challenge === undefined ? stdout + stderr : (stdout + stderr).replaceAll(challenge, '***');
    return { certificate: isNew ? got : null, words };
  });
}

/** Creates a folder for one run. `file` writes a file there and returns its path. */
async function inFolder(
  work: (file: (name: string, content: string) => string, folder: string) => Promise<Outcome>,
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'scep-peer-'));
  chmodSync(folder, 0o700);
  try {
    return await work((name, content) => {
      writeFileSync(join(folder, name), content);
      return join(folder, name);
    }, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const LIMIT = 50_000;

/** Runs a client. Its exit status says only whether there is a certificate. */
function run(command: string, args: readonly string[]): Promise<{ stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(command, args, { timeout: LIMIT }, (_, stdout, stderr) => resolve({ stdout, stderr }));
  });
}
