/**
 * Decides which RP ids an origin may use. This module is an entry of its own, because it bundles the public suffix list (the domains under which
 * anyone can register a domain).
 */
import { getPublicSuffix } from 'tldts';
import { rpIdFor } from './rp-id.js';

/**
 * True if an origin may use an RP id: the origin's host is the RP id, or is below it and the RP id is no public suffix (WebAuthn Level 3, 5.1.3
 * step 8; HTML, 7.1.1, "is a registrable domain suffix of or is equal to"). RP id and origin must be written as `rpIdFor` requires.
 *
 * @example
 * isRelyingPartyOf('example.com', 'https://login.example.com'); // true
 */
export function isRelyingPartyOf(rpId: string, origin: string): boolean {
  const kind = rpIdFor(rpId, origin);
  return kind === 'host' || (kind === 'parent' && !isPublicSuffix(rpId));
}

/**
 * True if a domain is a public suffix, directly below which anyone can register a domain. A name of one label is always a public suffix.
 *
 * @example
 * isPublicSuffix('co.uk'); // true
 */
export const isPublicSuffix = (domain: string): boolean =>
  getPublicSuffix(domain, { allowPrivateDomains: true, validateHostname: false }) === domain;
