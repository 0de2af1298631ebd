import type { CertificatePolicies, CertificationAuthority } from '@cardwright/cms/authority';
import type { Store } from '@cardwright/cms/store';
import type { PortalDatabase } from '../../store/database.js';
import type { MobileSettings } from '../settings.js';
import type { ProfileWriter } from './profile-writer.js';
import type { RegistrationAuthority } from './registration-authority.js';
import type { WakeUps } from './wake-ups.js';

/** Dependencies of every part of the enrolment. All lasting state is in the database. */
export interface EnrolmentServices {
  readonly settings: MobileSettings;
  readonly database: PortalDatabase;
  /** The store of the CMS in that database. */
  readonly store: Store;
  /** Wrapped by `boundAuthority`: it answers in time, with errors of the catalogue. */
  readonly authority: CertificationAuthority;
  /** Returns the current CRL in DER. */
  readonly crl: () => Promise<Uint8Array>;
  readonly origin: () => string;
  readonly deviceLimit: number;
  readonly operationsPerHour: number;
  readonly certificatePolicies: CertificatePolicies;
  readonly now: () => Date;
  readonly profiles: ProfileWriter;
  readonly registration: RegistrationAuthority;
  readonly wakeUps: WakeUps;
}
