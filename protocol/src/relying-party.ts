/** Which RP ids an origin may use: an entry of its own, since it brings the public suffix list along. */
import { getPublicSuffix } from 'tldts';
import { rpIdFor } from './rp-id.js';

/**
 * True if an origin may use an RP id: its host is the RP id, or ends in it, and the RP id is no public suffix (WebAuthn Level 3, 5.1.3
 * step 8; HTML, 7.1.1, "is a registrable domain suffix of or is equal to"). `rpIdFor` says how both are written.
 *
 * @example
 * isRelyingPartyOf('example.com', 'https://login.example.com'); // true
 */
export function isRelyingPartyOf(rpId: string, origin: string): boolean {
  const kind = rpIdFor(rpId, origin);
  return kind === 'host' || (kind === 'parent' && !isPublicSuffix(rpId));
}

/**
 * True if everyone can have a domain directly below this one. A name of one label is always a public suffix.
 *
 * @example
 * isPublicSuffix('co.uk'); // true
 */
export const isPublicSuffix = (domain: string): boolean =>
  getPublicSuffix(domain, { allowPrivateDomains: true, validateHostname: false }) === domain;
