import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { createReadStream, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import crx3 from 'crx3';
import type { ExtensionSettings } from './settings.js';

const RSA_BITS = 2048;
const OWNER_ONLY = 0o600;
const UPDATE_MANIFEST = 'update.xml';

export interface CrxContent {
  /** The zip of the extension. */
  readonly zip: string;
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
export async function writeCrx(content: CrxContent, { key, base }: ExtensionSettings): Promise<string> {
  const name = `cardwright-${content.version}.crx`;
  const { appId } = await crx3(createReadStream(content.zip), {
    crxPath: path.join(content.output, name),
    keyPath: key === null ? makeTestKey(content.scratch) : demandRsaKey(key),
    xmlPath: path.join(content.output, UPDATE_MANIFEST),
    appVersion: content.version,
    crxURL: new URL(name, base).href,
    browserVersion: content.oldestBrowser,
  });
  return appId;
}

/** Requires an RSA key. Without this check, the library would create a missing key, or sign with a key of another kind, which Chromium rejects. */
function demandRsaKey(file: string): string {
  const { asymmetricKeyType } = createPublicKey(createPrivateKey(readFileSync(file)));
  if (asymmetricKeyType !== 'rsa') throw new Error(`${file} is a key for ${asymmetricKeyType}, not for RSA`);
  return file;
}

function makeTestKey(folder: string): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: RSA_BITS });
  const file = path.join(folder, 'test-key.pem');
  writeFileSync(file, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: OWNER_ONLY });
  return file;
}
