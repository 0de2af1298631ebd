import { createReadStream } from 'node:fs';
import path from 'node:path';
import crx3 from 'crx3';
import { readPublicKey } from '../../fleet.js';

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
}

/** The decisions of who hosts the extension. */
export interface Hosting {
  /** File of the private RSA key in PEM. */
  readonly key: string;
  /** Address from which browsers will fetch the extension; ends with a slash. */
  readonly base: string;
}

/**
 * Signs the extension as a .crx (CRX3, RSA with SHA-256), and writes the update manifest with which Chromium fetches the .crx (`gupdate` 2.0,
 * developer.chrome.com, "Self-host for Linux").
 *
 * @returns the id of the extension, which follows from the key
 * @throws FleetError if the key cannot be used (`readPublicKey`)
 */
export async function writeCrx(content: CrxContent, { key, base }: Hosting): Promise<string> {
  // The library would create a missing key, or sign with a key of another kind, so the key is read before.
  const zip = content.makeZip(readPublicKey(key));
  const name = `cardwright-${content.version}.crx`;
  const { appId } = await crx3(createReadStream(zip), {
    crxPath: path.join(content.output, name),
    keyPath: key,
    xmlPath: path.join(content.output, UPDATE_MANIFEST),
    appVersion: content.version,
    crxURL: new URL(name, base).href,
    browserVersion: content.oldestBrowser,
  });
  return appId;
}
