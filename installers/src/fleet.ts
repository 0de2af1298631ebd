import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { BUILT_IN_IDS, joinIds, parseExtensionIds, type ExtensionIds } from '@cardwright/native-host';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';

/** Address in the policy templates, and default of `base`. RFC 2606, 3, reserves its domain for examples. */
export const NOWHERE = 'https://cms.example.com/cardwright/';

/** The decisions of an administrator who packages for a fleet: all packages follow them, so that they belong together. */
export interface Fleet {
  /** File of the private key in PEM that signs the .crx; null if the organisation does not host the extension, so that no .crx is made. */
  readonly key: string | null;
  /** Id of the extension that the templates install in Chromium: that of `key`, or the product's. */
  readonly chromiumId: string;
  /** Address from which browsers will fetch the extension; ends with a slash. `NOWHERE` if `key` is null. */
  readonly base: string;
  /** All ids that the host obeys: the product's, that of `key`, and those that stores have given. */
  readonly ids: ExtensionIds;
}

/** Returns warnings that the person who packages should see at once. */
export const tellFleet = ({ key }: Pick<Fleet, 'key'>): string[] =>
  key === null
    ? [
        'The extension is packaged for stores alone. To host it yourself, set CARDWRIGHT_CRX_KEY and CARDWRIGHT_UPDATE_BASE:',
        'docs/deploy.md, "What belongs together".',
      ]
    : [];

/** A setting of the person who packages is missing or wrong. The message says what to do. */
export class FleetError extends Error {
  override readonly name = 'FleetError';
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const FIRST_LETTER = 'a'.charCodeAt(0);
/** Mode bits of everyone but the owner. */
const OTHERS = 0o077;
const LEAST_RSA_BITS = 2048;
const HOW_TO_MAKE_A_KEY = 'Only for the first package of your extension, make one: openssl genrsa -out FILE 2048';

/**
 * Reads `CARDWRIGHT_CRX_KEY`, `CARDWRIGHT_UPDATE_BASE` and `CARDWRIGHT_EXTENSION_IDS`, the ids of stores with commas. Who hosts the extension sets
 * both key and address, because the extension's id follows from the key, and its updates come from the address.
 *
 * @throws FleetError if only one of key and address is set, the key is not a private RSA key in PEM that only its owner can use, the address is not
 *   https (http is accepted only for an address of this computer), or an id is malformed
 */
export function readFleet(env: NodeJS.ProcessEnv): Fleet {
  const key = settingOf(env.CARDWRIGHT_CRX_KEY);
  const base = settingOf(env.CARDWRIGHT_UPDATE_BASE);
  if (key === null && base !== null)
    throw new FleetError(
      `CARDWRIGHT_UPDATE_BASE is set, and CARDWRIGHT_CRX_KEY is not: name the file of the key that signs the extension. ${HOW_TO_MAKE_A_KEY}`,
    );
  if (key !== null && base === null)
    throw new FleetError(
      'CARDWRIGHT_CRX_KEY is set, and CARDWRIGHT_UPDATE_BASE is not: name the address from which browsers will fetch the extension.',
    );
  const chromiumId = key === null ? CHROMIUM_EXTENSION_ID : chromiumIdOf(readPublicKey(key));
  const own: ExtensionIds = { chromium: [chromiumId], firefox: [] };
  return {
    key,
    chromiumId,
    base: folderOf(base ?? NOWHERE),
    ids: joinIds([BUILT_IN_IDS, own, readIds(env.CARDWRIGHT_EXTENSION_IDS ?? '')]),
  };
}

/** Returns null for a setting that is missing or empty. */
const settingOf = (value = ''): string | null => (value === '' ? null : value);

/** Returns the ids that the host does not obey by itself. */
export const addedIds = ({ ids }: Pick<Fleet, 'ids'>): ExtensionIds => ({
  chromium: ids.chromium.filter((id) => !BUILT_IN_IDS.chromium.includes(id)),
  firefox: ids.firefox.filter((id) => !BUILT_IN_IDS.firefox.includes(id)),
});

/**
 * Reads the public key of a private key in PEM, as a DER SubjectPublicKeyInfo.
 *
 * @throws FleetError if there is no such file, others than its owner can use it, or it has no private RSA key of 2048 bits or more: Chromium rejects
 *   keys of other kinds
 */
export function readPublicKey(file: string): Buffer {
  const found = statSync(file, { throwIfNoEntry: false });
  // A new key is never made here: a mistyped name would give the whole fleet another extension.
  if (!found) throw new FleetError(`CARDWRIGHT_CRX_KEY names ${file}, which is not there. ${HOW_TO_MAKE_A_KEY}`);
  if ((found.mode & OTHERS) !== 0)
    throw new FleetError(
      `${file} can be used by others than its owner, who could sign the extension: chmod 600 ${file}`,
    );
  const key = createPublicKey(privateKeyIn(file));
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  if (key.asymmetricKeyType !== 'rsa')
    throw new FleetError(`${file} is a key for ${key.asymmetricKeyType ?? 'nothing known'}, not for RSA`);
  if (bits < LEAST_RSA_BITS)
    throw new FleetError(`${file} is an RSA key of ${bits} bits, not of ${LEAST_RSA_BITS} or more`);
  return key.export({ type: 'spki', format: 'der' });
}

function privateKeyIn(file: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(file));
  } catch (cause) {
    throw new FleetError(`${file} has no private key in PEM without a password`, { cause });
  }
}

/** Returns the id that Chromium gives an extension with this public key: 128 bits of its SHA-256, in letters from a to p. */
export const chromiumIdOf = (publicKey: Uint8Array): string =>
  createHash('sha256')
    .update(publicKey)
    .digest('hex')
    .slice(0, 32)
    .replace(/./g, (digit) => String.fromCharCode(FIRST_LETTER + Number.parseInt(digit, 16)));

/** The fleet of the product's own build: nothing was decided. */
export const PRODUCT_FLEET = readFleet({});

function readIds(text: string): ExtensionIds {
  const all = text
    .split(',')
    .map((id) => id.trim())
    .filter((id) => id !== '');
  const [chromium, firefox] = [all.filter((id) => !/[@{]/.test(id)), all.filter((id) => /[@{]/.test(id))];
  const ids = parseExtensionIds({ chromium, firefox });
  if (ids === null) throw new FleetError(`CARDWRIGHT_EXTENSION_IDS has a malformed id: ${text}`);
  return ids;
}

function folderOf(base: string): string {
  const { protocol, hostname, origin, pathname } = new URL(URL.canParse(base) ? base : 'invalid:');
  if (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))) {
    return `${origin}${pathname.replace(/\/*$/, '/')}`;
  }
  throw new FleetError(`CARDWRIGHT_UPDATE_BASE has to be an https address, and is ${base}`);
}
