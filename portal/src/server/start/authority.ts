import { boundAuthority, type CertificationAuthority } from '@cardwright/cms/authority';
import { openAuthorityOf } from '../ca/authority-module.js';
import { openDevelopmentCa } from '../ca/development-ca.js';
import { CrlPublisher } from '../ca/published-crl.js';
import { revocationsIn } from '../ca/revocations.js';
import type { PortalData } from './data.js';
import type { Opening } from './opening.js';

/** A portal's certification authority, without and with a time limit, and the publisher of its CRL. */
export interface PortalAuthority {
  /** The authority for `createCms`, which sets a time limit itself. */
  readonly unbound: CertificationAuthority;
  /** The authority with a time limit and with errors of the catalogue (`boundAuthority`). */
  readonly bound: CertificationAuthority;
  readonly crl: CrlPublisher;
}

/** Opens the authority of the configured module, or the embedded authority if no module is configured. */
export async function openAuthority(
  { configuration: { authority }, keys, origin }: Opening,
  { database }: PortalData,
): Promise<PortalAuthority> {
  const location = (): string => authorityLocation(origin());
  const embedded = (): Promise<CertificationAuthority> => openDevelopmentCa(keys.authority, location);
  const { module } = authority;
  const unbound = await (module === null
    ? embedded()
    : openAuthorityOf(module, { location, openDevelopmentCa: embedded }));
  const bound = boundAuthority(unbound, authority.timeout);
  return { unbound, bound, crl: new CrlPublisher(revocationsIn(database.db), bound, authority.crl) };
}

/**
 * Returns the base address of the authority's certificate and CRL. If the portal has https on the default port, this address is http: a program
 * that checks a TLS certificate fetches both documents, and must not need TLS to fetch them. For any other portal, the address begins with the
 * portal's own origin.
 */
function authorityLocation(origin: string): string {
  const { protocol, hostname, port } = new URL(origin);
  return protocol === 'https:' && port === '' ? `http://${hostname}/ca` : `${origin}/ca`;
}
