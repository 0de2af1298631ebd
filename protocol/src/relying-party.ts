/** Relying parties for which a site may register passkeys. A separate entry point, since it bundles the public suffix list. */
import { getPublicSuffix } from 'tldts';

/** The relying party of a new passkey, and the origin in its client data. */
export interface Ceremony {
  readonly rpId: string;
  readonly origin: string;
}

/** The page that requests a passkey, and the administrator's grants beyond its own origin. */
export interface RegisteringSite {
  readonly page: string;
  /** Origins of foreign relying parties. */
  readonly relyingParties: readonly string[];
}

/** A label of a domain name as A-label or LDH label (RFC 5890, 2.3.1), in lower case. */
const LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const MAX_DOMAIN_LENGTH = 253;
/** A numeric last label makes a host an IPv4 address: digits alone, or hexadecimal digits after 0x (URL Standard, 3.5). */
const NUMERIC = /^(\d+|0x[0-9a-f]*)$/;

/**
 * Checks that an origin may use an RP id:
 *
 * - The origin's host is the RP id, or ends in it, and the RP id is no public suffix (WebAuthn Level 3, 5.1.3 step 8; HTML, 7.1.1, "is
 *   a registrable domain suffix of or is equal to").
 * - Neither is an IP address or names a port, and the RP id is written in A-labels and lower case.
 * - The origin is https, or http on localhost.
 */
export function isRelyingPartyOf(rpId: string, origin: string): boolean {
  const host = hostOf(origin);
  if (host === undefined || !isDomain(host) || !isDomain(rpId)) return false;
  return host === rpId || (host.endsWith(`.${rpId}`) && !isPublicSuffix(rpId));
}

/** Checks that a site may have a passkey registered: for itself, or for a foreign relying party that its administrator lists. */
export const mayRegister = ({ rpId, origin }: Ceremony, { page, relyingParties }: RegisteringSite): boolean =>
  (origin === page || relyingParties.includes(origin)) && isRelyingPartyOf(rpId, origin);

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

const isPublicSuffix = (domain: string): boolean =>
  getPublicSuffix(domain, { allowPrivateDomains: true, validateHostname: false }) === domain;
