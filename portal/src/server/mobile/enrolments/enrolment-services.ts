import type { CertificatePolicies, CertificationAuthority } from '@cardwright/cms/authority';
import type { KeyRing } from '@cardwright/cms/keys';
import type { Store } from '@cardwright/cms/store';
import type { VerifyPassword } from '../../accounts/reauthentication.js';
import type { PortalDatabase } from '../../store/database.js';
import type { MobileSettings } from '../settings.js';
import type { ProfileWriter } from './profile-writer.js';
import type { RegistrationAuthority } from './registration-authority.js';
import type { WakeUps } from './wake-ups.js';

/** Dependencies of every part of the enrolment. All lasting state is in the database. */
export interface EnrolmentServices {
  readonly settings: MobileSettings;
  readonly database: PortalDatabase;
  /** The store of the card management, which uses `database`. */
  readonly store: Store;
  /** The certification authority, wrapped by `boundAuthority`: it answers within a time limit, with errors of the catalogue. */
  readonly authority: CertificationAuthority;
  /** Returns the DER encoding of the current CRL. */
  readonly crl: () => Promise<Uint8Array>;
  readonly keys: KeyRing;
  readonly origin: () => string;
  readonly deviceLimit: number;
  readonly operationsPerHour: number;
  readonly verifyPassword: VerifyPassword;
  readonly certificatePolicies: CertificatePolicies;
  readonly now: () => Date;
  readonly profiles: ProfileWriter;
  readonly registration: RegistrationAuthority;
  readonly wakeUps: WakeUps;
}
