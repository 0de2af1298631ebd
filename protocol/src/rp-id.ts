/** Which relying parties a site may register passkeys for, but for the public suffix list, which is large: `relying-party.ts` has it. */

/** The RP id that a passkey is registered for, and the origin that its client data names. */
export interface Ceremony {
  readonly rpId: string;
  readonly origin: string;
}

/** The page that wants a passkey, and the relying parties that the administrator allows it besides its own origin. */
export interface RegisteringSite {
  readonly page: string;
  /** Origins of foreign relying parties. */
  readonly relyingParties: readonly string[];
}

/** A label of a domain name as A-label or LDH label (RFC 5890, 2.3.1), in lower case. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const MAX_DOMAIN_LENGTH = 253;
/** A last label of digits alone, or of hexadecimal digits after 0x, makes a host an IPv4 address (URL Standard, 3.5). */
const NUMERIC = /^(\d+|0x[0-9a-f]*)$/;

/**
 * Relates an RP id to an origin: it is the host itself, a domain above that, or foreign to it. Neither is an IP address or names a port, and
 * the RP id is written in A-labels and lower case. The origin is https; http only on localhost.
 *
 * @example
 * rpIdFor('example.com', 'https://login.example.com'); // 'parent'
 */
export function rpIdFor(rpId: string, origin: string): 'host' | 'parent' | 'foreign' {
  const host = hostOf(origin);
  if (host === undefined || !isDomain(host) || !isDomain(rpId)) return 'foreign';
  if (host === rpId) return 'host';
  return host.endsWith(`.${rpId}`) ? 'parent' : 'foreign';
}

/**
 * Decides if a site may have a passkey registered: for itself, or for a foreign relying party that its administrator lists; and whether that
 * origin may use the RP id, as `isRelyingPartyOf` says.
 *
 * @param isPublicSuffix is asked only where the answer depends on it
 * @example
 * const ceremony = { rpId: 'login.example.org', origin: 'https://login.example.org' };
 * const site = { page: 'https://cms.example.com', relyingParties: ['https://login.example.org'] };
 * await mayRegister(ceremony, site, async (domain) => isPublicSuffix(domain)); // true
 */
export async function mayRegister(
  { rpId, origin }: Ceremony,
  { page, relyingParties }: RegisteringSite,
  isPublicSuffix: (domain: string) => Promise<boolean>,
): Promise<boolean> {
  if (origin !== page && !relyingParties.includes(origin)) return false;
  const kind = rpIdFor(rpId, origin);
  return kind === 'host' || (kind === 'parent' && !(await isPublicSuffix(rpId)));
}

function hostOf(origin: string): string | undefined {
  if (!URL.canParse(origin)) return undefined;
  const { origin: serialised, protocol, hostname } = new URL(origin);
  const isSecure = protocol === 'https:' || (protocol === 'http:' && isLocalhost(hostname));
  return serialised === origin && isSecure ? hostname : undefined;
}

const isLocalhost = (host: string): boolean => host === 'localhost' || host.endsWith('.localhost');

function isDomain(name: string): boolean {
  const labels = name.split('.');
  return (
    name.length <= MAX_DOMAIN_LENGTH && labels.every((label) => LABEL.test(label)) && !NUMERIC.test(labels.at(-1) ?? '')
  );
}
