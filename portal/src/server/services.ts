import type { CertificationAuthority, Cms, Store as CmsStore } from '@cardwright/cms';
import type { PortalKeys } from './keys/key-ring.js';
import type { MobileDevices } from './mobile/mobile-devices.js';
import type { PasskeyServices } from './passkeys/open-passkey-services.js';
import type { Store } from './store/database.js';

/** Where people get a card or a security key: a sentence, and the address of a page. Each is null where it was not configured. */
export interface DeviceSource {
  readonly text: string | null;
  readonly url: string | null;
}

/** What every part of the portal's server works with. Holds no state of its own: that is all in the store. */
export interface Services {
  /** The operations on devices. */
  readonly cms: Cms;
  /** What they are kept in. */
  readonly cmsStore: CmsStore;
  /** The database itself: for accounts, sessions, lists. */
  readonly store: Store;
  readonly keys: PortalKeys;
  readonly authority: CertificationAuthority;
  /** Where device policies can have passkeys registered. */
  readonly passkeys: PasskeyServices;
  /** Phones and tablets; null where the portal is not set up for them. */
  readonly mobile: MobileDevices | null;
  /** The portal's own origin, as browsers see it. */
  readonly origin: string;
  readonly deviceLimit: number;
  readonly deviceSource: DeviceSource;
}
