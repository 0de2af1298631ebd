import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { TestIdentity } from '@cardwright/stage';

const run = promisify(execFile);

/** The signer, and further options of `openssl cms -sign`. */
export interface OpensslSignature {
  readonly signer: TestIdentity;
  /** Further certificates to send along, PEM. */
  readonly chain?: string | undefined;
  /** Default `sha1`, as a phone signs. */
  readonly hash?: string;
  readonly more?: readonly string[];
}

/** Makes CMS SignedData with attached content (DER) with openssl, independently of the product. */
export function signByOpenssl(content: string | Uint8Array, signature: OpensslSignature): Promise<Buffer> {
  const { signer, chain, hash = 'sha1', more = ['-nodetach'] } = signature;
  const files = { content, signer: signer.certificate, key: signer.key, chain: chain ?? '' };
  return opensslCms(files, ({ file }) => [
    ...['-sign', '-binary', '-outform', 'DER', '-md', hash],
    ...['-in', file('content'), '-signer', file('signer'), '-inkey', file('key'), ...more],
    ...(chain === undefined ? [] : ['-certfile', file('chain')]),
  ]);
}

/** Adds a signature with SHA-1 by a further signer to a message. */
export const signAgain = (message: Uint8Array, signer: TestIdentity): Promise<Buffer> =>
  opensslCms({ message, signer: signer.certificate, key: signer.key }, ({ file }) => [
    ...['-resign', '-binary', '-nodetach', '-inform', 'DER', '-outform', 'DER', '-md', 'sha1'],
    ...['-in', file('message'), '-signer', file('signer'), '-inkey', file('key')],
  ]);

/** Re-encodes a message in DER with openssl. */
export const encodeByOpenssl = (message: Uint8Array): Promise<Buffer> =>
  opensslCms({ message }, ({ file }) => ['-cmsout', '-inform', 'DER', '-outform', 'DER', '-in', file('message')]);

/**
 * Returns the content of a CMS SignedData after `openssl cms -verify` has accepted it.
 *
 * @param authority the only trusted authority, PEM
 * @throws if openssl does not accept it
 */
export const verifyByOpenssl = (message: Uint8Array, authority: string): Promise<Buffer> =>
  opensslCms({ message, authority }, ({ file }) => [
    ...['-verify', '-binary', '-inform', 'DER', '-in', file('message')],
    ...['-CAfile', file('authority'), '-purpose', 'any'],
  ]);

async function opensslCms(
  files: Readonly<Record<string, string | Uint8Array>>,
  args: (folder: { file: (name: string) => string }) => readonly string[],
): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'cardwright-cms-'));
  const file = (name: string): string => path.join(folder, name);
  try {
    for (const [name, bytes] of Object.entries(files)) await writeFile(file(name), bytes);
    await run('openssl', ['cms', ...args({ file }), '-out', file('result')]);
    return await readFile(file('result'));
  } finally {
    await rm(folder, { recursive: true });
  }
}
