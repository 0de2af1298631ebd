import type { Cms } from '@cardwright/cms';
import type { CertificationAuthority } from '@cardwright/cms/authority';
import type { Store } from '@cardwright/cms/store';
import type { Passwords } from './accounts/password.js';
import type { VerifyPassword } from './accounts/reauthentication.js';
import type { SecondFactorRule } from './accounts/second-factor.js';
import type { SessionEnds } from './accounts/sessions.js';
import type { PortalKeys } from './keys/key-ring.js';
import type { SignIn } from './login/sign-in.js';
import type { MobileDevices } from './mobile/mobile-devices.js';
import type { PasskeyServices } from './passkeys/open-passkey-services.js';
import type { PortalDatabase } from './store/database.js';
import type { PortalQuotas } from './store/spending.js';

/** Directions for getting a card or a security key: a sentence, and the address of a page. Each is null if it was not configured. */
export interface DeviceSource {
  readonly text: string | null;
  readonly url: string | null;
}

/** Services that the portal's routes use. Everything that must outlast this process is in the database. */
export interface PortalServices {
  /** The portal's database, for accounts, sessions and lists. */
  readonly database: PortalDatabase;
  /** The card management, which runs the operations on devices. */
  readonly cms: Cms;
  /** The store of the card management, which uses `database`. */
  readonly store: Store;
  readonly keys: PortalKeys;
  /** Hashes and checks the passwords of local accounts. */
  readonly passwords: Passwords;
  readonly authority: CertificationAuthority;
  /** The configured passkey services, which device policies can name, and the portal as a relying party. */
  readonly passkeys: PasskeyServices;
  /** Says whether a password is that of a user who is signed in. */
  readonly verifyPassword: VerifyPassword;
  /** The providers and the directory by which people sign in. */
  readonly signIn: SignIn;
  /** The service for mobile devices; null if mobile devices are not configured. */
  readonly mobile: MobileDevices | null;
  /** The portal's own origin, as browsers see it; if no origin is configured, empty until the portal listens. */
  readonly origin: string;
  readonly sessionEnds: SessionEnds;
  /** Who needs a second factor. */
  readonly secondFactor: SecondFactorRule;
  /** True if one administrator alone may widen trust. */
  readonly mayActAlone: boolean;
  readonly deviceLimit: number;
  /** Uses that one person has in an hour. */
  readonly quotas: PortalQuotas;
  readonly deviceSource: DeviceSource;
}
