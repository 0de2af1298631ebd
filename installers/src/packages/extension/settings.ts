/** The decisions of the administrator who packages the extension. */
export interface ExtensionSettings {
  /** File of the private key in PEM that signs the .crx; null to sign with a new test key. */
  readonly key: string | null;
  /** Address from which browsers will fetch the .crx; ends with a slash. */
  readonly base: string;
}

/** Address in the policy templates, and default of `base`. RFC 2606, 3, reserves its domain for examples. */
export const NOWHERE = 'https://cms.example.com/cardwright/';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Reads `CARDWRIGHT_CRX_KEY` and `CARDWRIGHT_UPDATE_BASE`.
 *
 * @throws Error if the address is not https; http is accepted only for an address of this computer
 */
export function readExtensionSettings(env: NodeJS.ProcessEnv): ExtensionSettings {
  const { CARDWRIGHT_CRX_KEY: key, CARDWRIGHT_UPDATE_BASE: base } = env;
  return { key: key === undefined || key === '' ? null : key, base: folderOf(base ?? NOWHERE) };
}

function folderOf(base: string): string {
  const { protocol, hostname, origin, pathname } = new URL(URL.canParse(base) ? base : 'invalid:');
  if (protocol === 'https:' || (protocol === 'http:' && LOOPBACK.has(hostname))) {
    return `${origin}${pathname.replace(/\/*$/, '/')}`;
  }
  throw new Error(`CARDWRIGHT_UPDATE_BASE has to be an https address, and is ${base}`);
}
