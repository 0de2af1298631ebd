import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Configuration of openssl. It replaces the computer's own configuration, so that a certificate has exactly the given extensions. */
const CONFIGURATION = '[req]\ndistinguished_name = name\n[name]\n';

/** PEM of a certificate and of its private key. */
export interface TestIdentity {
  readonly certificate: string;
  readonly key: string;
}

/** Options of `openssl req`. */
export interface CertificateOptions {
  /** The subject in openssl's notation, such as `/C=US/CN=Example`. */
  readonly subject: string;
  /** Extensions in openssl's notation, such as `basicConstraints=critical,CA:TRUE`. */
  readonly extensions: readonly string[];
  /** First and last moment, as `YYYYMMDDHHMMSSZ`. Default: now, and in 30 days. */
  readonly validity?: { readonly from: string; readonly to: string };
  /** Hash of the issuer's signature. Default: `sha256`. */
  readonly hash?: 'sha1' | 'sha256';
  /** Arguments of `-newkey`. Default: RSA, 2048 bits. */
  readonly newKey?: readonly string[];
  /** The issuer. Default: the certificate is self-signed. */
  readonly issuer?: TestIdentity | undefined;
}

/**
 * Generates a key and a certificate for it with openssl. The certificate may be invalid, for example expired.
 *
 * @throws if `openssl` is missing or refuses the options
 */
export async function issueCertificate(options: CertificateOptions): Promise<TestIdentity> {
  const { subject, extensions, validity, hash = 'sha256', newKey = ['rsa:2048'], issuer } = options;
  const folder = await mkdtemp(path.join(tmpdir(), 'cardwright-certificate-'));
  const file = (name: string): string => path.join(folder, `${name}.pem`);
  try {
    await writeFile(file('configuration'), CONFIGURATION);
    if (issuer) {
      await writeFile(file('issuer'), issuer.certificate);
      await writeFile(file('issuer-key'), issuer.key);
    }
    await run('openssl', [
      ...[
        'req',
        '-config',
        file('configuration'),
        '-x509',
        `-${hash}`,
        '-newkey',
        ...newKey,
        '-nodes',
        '-subj',
        subject,
      ],
      ...(validity ? ['-not_before', validity.from, '-not_after', validity.to] : ['-days', '30']),
      ...extensions.flatMap((extension) => ['-addext', extension]),
      ...(issuer ? ['-CA', file('issuer'), '-CAkey', file('issuer-key')] : []),
      ...['-keyout', file('key'), '-out', file('certificate')],
    ]);
    return { certificate: await readFile(file('certificate'), 'utf8'), key: await readFile(file('key'), 'utf8') };
  } finally {
    await rm(folder, { recursive: true });
  }
}
