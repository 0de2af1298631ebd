import { createHash } from 'node:crypto';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inRepository } from './repository.js';

const HOST_NAME = 'org.cardwright.host';
const HOST_PROGRAM = inRepository('native-host', 'dist', 'main.js');
/** Chromium derives an extension's id from the first 128 bits of its key's SHA-256, in the letters a to p. */
const ID_HEX_DIGITS = 32;

/**
 * Registers the native host for one browser profile alone: nothing of the user's other browsers is touched.
 *
 * @param userDataDir the profile's folder
 * @param extensionDir the unpacked extension, whose id is the only one that may start the host
 * @param program the host's JavaScript file
 */
export function registerNativeHost(userDataDir: string, extensionDir: string, program: string = HOST_PROGRAM): void {
  const launcher = path.join(userDataDir, 'cardwright-host');
  writeFileSync(launcher, `#!/bin/sh\nexec ${shellWord(process.execPath)} ${shellWord(program)} "$@"\n`);
  chmodSync(launcher, 0o755);
  const folder = path.join(userDataDir, 'NativeMessagingHosts');
  mkdirSync(folder, { recursive: true });
  const manifest = {
    name: HOST_NAME,
    description: 'Cardwright native host of one profile',
    path: launcher,
    type: 'stdio',
    allowed_origins: [`chrome-extension://${extensionId(extensionDir)}/`],
  };
  writeFileSync(path.join(folder, `${HOST_NAME}.json`), JSON.stringify(manifest, null, 2));
}

/** The id that Chromium gives to an unpacked extension whose manifest has a `key`. */
export function extensionId(extensionDir: string): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(extensionDir, 'manifest.json'), 'utf8'));
  if (typeof manifest !== 'object' || manifest === null || !('key' in manifest) || typeof manifest.key !== 'string') {
    throw new Error(`The extension in ${extensionDir} has no fixed id: its manifest lacks "key".`);
  }
  const hash = createHash('sha256').update(Buffer.from(manifest.key, 'base64')).digest('hex');
  const letter = (digit: string): string => String.fromCharCode('a'.charCodeAt(0) + Number.parseInt(digit, 16));
  return hash.slice(0, ID_HEX_DIGITS).replace(/./g, letter);
}

function shellWord(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
