/** Decides for which relying parties a site may register passkeys. The public suffix list is in `relying-party.ts`, because it is large. */

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
 * Tells how an RP id relates to an origin: it is the origin's host, a domain above the host, or foreign to the origin. It is also foreign
 * unless host and RP id are domain names in lower-case A-labels, and the origin is https, or http on localhost. An IP address is no domain
 * name.
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
 * True if a site may register a passkey: the ceremony's origin is the page's own or one that the administrator lists, and that origin may
 * use the RP id (`isRelyingPartyOf`).
 *
 * @param isPublicSuffix called only if the result depends on it
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
