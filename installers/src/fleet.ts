import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { BUILT_IN_IDS, joinIds, parseExtensionIds, type ExtensionIds } from '@cardwright/native-host';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';

/** Address in the policy templates, and default of `base`. RFC 2606, 3, reserves its domain for examples. */
export const NOWHERE = 'https://cms.example.com/cardwright/';

/** The decisions of an administrator who packages for a fleet: all packages follow them, so that they belong together. */
export interface Fleet {
  /** File of the private key in PEM that signs the .crx; null to sign with a new test key. */
  readonly key: string | null;
  /** Id of the extension that the templates install in Chromium: that of `key`, or the product's. */
  readonly chromiumId: string;
  /** Address from which browsers will fetch the extension; ends with a slash. */
  readonly base: string;
  /** All ids that the host obeys: the product's, that of `key`, and those that stores have given. */
  readonly ids: ExtensionIds;
}

/** Returns warnings that the person who packages should see at once. */
export function tellFleet({ key, base }: Pick<Fleet, 'key' | 'base'>): string[] {
  return [
    ...(key === null
      ? ['The .crx is signed with a test key, whose id no host obeys: name your own by CARDWRIGHT_CRX_KEY.']
      : []),
    ...(base === NOWHERE
      ? [`Browsers would look for updates at ${NOWHERE}: name your own address by CARDWRIGHT_UPDATE_BASE.`]
      : []),
  ];
}

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);
const FIRST_LETTER = 'a'.charCodeAt(0);

/**
 * Reads `CARDWRIGHT_CRX_KEY`, `CARDWRIGHT_UPDATE_BASE` and `CARDWRIGHT_EXTENSION_IDS`, the ids of stores with commas.
 *
 * @throws Error if the key is not an RSA key in PEM, the address is not https (http is accepted only for an address of this computer), or an id is
 *   malformed
 */
export function readFleet(env: NodeJS.ProcessEnv): Fleet {
  const named = env.CARDWRIGHT_CRX_KEY ?? '';
  const key = named === '' ? null : named;
  const chromiumId = key === null ? CHROMIUM_EXTENSION_ID : chromiumIdOf(readPublicKey(key));
  const own: ExtensionIds = { chromium: [chromiumId], firefox: [] };
  return {
    key,
    chromiumId,
    base: folderOf(env.CARDWRIGHT_UPDATE_BASE ?? NOWHERE),
    ids: joinIds([BUILT_IN_IDS, own, readIds(env.CARDWRIGHT_EXTENSION_IDS ?? '')]),
  };
}

/** Returns the ids that the host does not obey by itself. */
export const addedIds = ({ ids }: Pick<Fleet, 'ids'>): ExtensionIds => ({
  chromium: ids.chromium.filter((id) => !BUILT_IN_IDS.chromium.includes(id)),
  firefox: ids.firefox.filter((id) => !BUILT_IN_IDS.firefox.includes(id)),
});

/**
 * Reads the public key of a private key in PEM, as a DER SubjectPublicKeyInfo.
 *
 * @throws Error if the key is not RSA: Chromium rejects others
 */
export function readPublicKey(file: string): Buffer {
  const key = createPublicKey(createPrivateKey(readFileSync(file)));
  if (key.asymmetricKeyType !== 'rsa') throw new Error(`${file} is a key for ${key.asymmetricKeyType}, not for RSA`);
  return key.export({ type: 'spki', format: 'der' });
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
  if (ids === null) throw new Error(`CARDWRIGHT_EXTENSION_IDS has a malformed id: ${text}`);
  return ids;
}

function folderOf(base: string): string {
  const { protocol, hostname, origin, pathname } = new URL(URL.canParse(base) ? base : 'invalid:');
  if (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))) {
    return `${origin}${pathname.replace(/\/*$/, '/')}`;
  }
  throw new Error(`CARDWRIGHT_UPDATE_BASE has to be an https address, and is ${base}`);
}
