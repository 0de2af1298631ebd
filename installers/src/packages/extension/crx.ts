import { generateKeyPairSync } from 'node:crypto';
import { createReadStream, writeFileSync } from 'node:fs';
import path from 'node:path';
import crx3 from 'crx3';
import { readPublicKey, type Fleet } from '../../fleet.js';

const RSA_BITS = 2048;
const OWNER_ONLY = 0o600;
/** Chromium's update manifest, beside the .crx. */
export const UPDATE_MANIFEST = 'update.xml';

export interface CrxContent {
  /** Makes the zip of the extension, and returns its path. Its manifest states the address of updates, and this public key (DER). */
  readonly makeZip: (publicKey: Buffer) => string;
  readonly version: string;
  /** Oldest Chromium that accepts the extension, such as `121`. */
  readonly oldestBrowser: string;
  /** Folder for the .crx and its update manifest. */
  readonly output: string;
  /** An empty folder, for a test key. */
  readonly scratch: string;
}

/**
 * Signs the extension as a .crx (CRX3, RSA with SHA-256), and writes the update manifest with which Chromium fetches the .crx (`gupdate` 2.0,
 * developer.chrome.com, "Self-host for Linux").
 *
 * @returns the id of the extension, which follows from the key
 * @throws Error if the key is not an RSA key in PEM
 */
export async function writeCrx(content: CrxContent, { key, base }: Pick<Fleet, 'key' | 'base'>): Promise<string> {
  // The library would create a missing key, or sign with a key of another kind, so the key is read before.
  const keyPath = key ?? makeTestKey(content.scratch);
  const zip = content.makeZip(readPublicKey(keyPath));
  const name = `cardwright-${content.version}.crx`;
  const { appId } = await crx3(createReadStream(zip), {
    crxPath: path.join(content.output, name),
    keyPath,
    xmlPath: path.join(content.output, UPDATE_MANIFEST),
    appVersion: content.version,
    crxURL: new URL(name, base).href,
    browserVersion: content.oldestBrowser,
  });
  return appId;
}

function makeTestKey(folder: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: RSA_BITS });
  const file = path.join(folder, 'test-key.pem');
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: OWNER_ONLY });
  return file;
}
