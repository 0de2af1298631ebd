/** Decides for which relying parties a site may register passkeys. The public suffix list is large, so only `relying-party.ts` loads it. */

/** The RP id for which a passkey is registered, and the origin in the client data of the registration. */
export interface Ceremony {
  readonly rpId: string;
  readonly origin: string;
}

/** The page that wants a passkey, and the relying parties that the administrator allows the page besides its own origin. */
export interface RegisteringSite {
  readonly page: string;
  /** Origins of foreign relying parties. */
  readonly relyingParties: readonly string[];
}

/** A label of a domain name as A-label or LDH label (RFC 5890, 2.3.1), in lower case. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const MAX_DOMAIN_LENGTH = 253;
/** A last label that has only digits, or hexadecimal digits after 0x, makes a host an IPv4 address (URL Standard, 3.5). */
const NUMERIC = /^(\d+|0x[0-9a-f]*)$/;

/**
 * Returns how an RP id relates to an origin: `host` if it is the origin's host, `parent` if it is a domain above that host, `foreign` in all other
 * cases. Host and RP id must be domain names in lower-case ASCII (RFC 5890: A-labels or LDH labels), and no IP addresses. The origin must be written
 * as a browser serialises it, and must be https, or http on `localhost` or a name below `localhost`. If one of these conditions does not hold, the
 * result is `foreign`.
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
 * True if a site may register a passkey. At the page's own origin, the RP id must be the origin's host, or a domain above the host that is no public
 * suffix. At another origin, which the administrator must have listed, the RP id must be the host itself: an administrator who allows
 * `https://login.example.org` has not allowed passkeys for all of `example.org`.
 *
 * @param isPublicSuffix returns true for a public suffix, as `isPublicSuffix` of `relying-party.ts` does; called only if the result depends on the
 * answer
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
  const kind = rpIdFor(rpId, origin);
  if (origin !== page) return kind === 'host' && relyingParties.includes(origin);
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
