import type { CertificationAuthority, Cms, Store as CmsStore } from '@cardwright/cms';
import type { PortalKeys } from './keys/key-ring.js';
import type { Store } from './store/database.js';

/** What every part of the portal's server works with. It has no state of its own; all state is in the store. */
export interface Services {
  /** The operations on devices. */
  readonly cms: Cms;
  /** What they are kept in. */
  readonly cmsStore: CmsStore;
  /** The database itself: for accounts, sessions, lists. */
  readonly store: Store;
  readonly keys: PortalKeys;
  readonly authority: CertificationAuthority;
  /** The portal's own origin, as browsers see it. */
  readonly origin: string;
  readonly deviceLimit: number;
}
