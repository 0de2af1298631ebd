import type { CertificationAuthority } from '@cardwright/cms/authority';
import type { CrlPublisher, PublishedAuthority } from './published-crl.js';

/** A portal's certification authority, without and with a time limit, and what the portal publishes of it. */
export interface PortalAuthority {
  /** The authority for `createCms`, which sets a time limit itself. */
  readonly unbound: CertificationAuthority;
  /** The authority with a time limit and with errors of the catalogue (`boundAuthority`). */
  readonly bound: CertificationAuthority;
  /** By folder; the folder of the first authority is the empty text. Embedded authorities that came later have folders of their own. */
  readonly published: ReadonlyMap<string, PublishedAuthority>;
  /** Returns the publisher of the CRL of the authority that issues at the moment. */
  readonly currentCrl: () => CrlPublisher;
  /** The authority after which no other one is about to come: with its end, the portal issues no more. */
  readonly last: Pick<CertificationAuthority, 'certificate'>;
}
