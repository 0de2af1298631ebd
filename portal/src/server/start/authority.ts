import { boundAuthority, type CertificationAuthority } from '@cardwright/cms/authority';
import { openAuthorityOf } from '../ca/authority-module.js';
import {
  authorityAt,
  openEmbeddedAuthorities,
  successionOf,
  type EmbeddedAuthority,
} from '../ca/embedded-authorities.js';
import { CrlPublisher, type PublishedAuthority } from '../ca/published-crl.js';
import { revocationsIn, type Issuer } from '../ca/revocations.js';
import type { PortalAuthority } from '../ca/portal-authority.js';
import type { PortalData } from './data.js';
import type { Opening } from './opening.js';

/** Opens the authority of the configured module, or the embedded authorities if no module is configured. */
export async function openAuthority(opening: Opening, { database }: PortalData): Promise<PortalAuthority> {
  const { configuration, keys, origin } = opening;
  const { authority: settings } = configuration;
  const { module, timeout } = settings;
  const location = (): string => authorityLocation(origin());
  const embedded = await openEmbeddedAuthorities(keys, location);
  const publish = (authority: CertificationAuthority, issuer: Issuer): PublishedAuthority => {
    const bound = boundAuthority(authority, timeout);
    const crl = new CrlPublisher(revocationsIn(database.db, issuer), bound, settings.crl);
    return { certificate: () => bound.certificate, crl };
  };
  if (module !== null) {
    const openDevelopmentCa = (): Promise<CertificationAuthority> => Promise.resolve(successionOf(embedded));
    const unbound = await openAuthorityOf(module, { location, openDevelopmentCa });
    const published = publish(unbound, 'all');
    const bound = boundAuthority(unbound, timeout);
    return { unbound, bound, published: new Map([['', published]]), currentCrl: () => published.crl, last: bound };
  }
  const unbound = successionOf(embedded);
  const published = new Map(embedded.map((one) => [one.folder, publish(one.authority, issuerOf(one, embedded))]));
  const currentCrl = (): CrlPublisher => {
    const issuing = published.get(authorityAt(embedded, new Date()).folder);
    if (!issuing) throw new Error('the authority that issues publishes nothing');
    return issuing.crl;
  };
  const last = embedded.at(-1)?.authority ?? unbound;
  return { unbound, bound: boundAuthority(unbound, timeout), published, currentCrl, last };
}

/** Returns whose certificates the CRL of an authority lists. What has no known issuer is of the first one: it is from before there were others. */
function issuerOf({ folder, keyId }: EmbeddedAuthority, all: readonly EmbeddedAuthority[]): Issuer {
  if (all.length === 1) return 'all';
  return folder === '' ? { allBut: all.slice(1).map((one) => one.keyId) } : { only: keyId };
}

/**
 * Returns the base address of the authority's certificate and CRL. If the portal has https on the default port, this address is http: a program
 * that checks a TLS certificate fetches both documents, and must not need TLS to fetch them. For any other portal, the address begins with the
 * portal's own origin.
 */
export function authorityLocation(origin: string): string {
  const { protocol, hostname, port } = new URL(origin);
  return protocol === 'https:' && port === '' ? `http://${hostname}/ca` : `${origin}/ca`;
}
