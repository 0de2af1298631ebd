import type { CertificatePolicies, CertificationAuthority } from '@cardwright/cms/authority';
import type { KeyRing } from '@cardwright/cms/keys';
import type { Store } from '@cardwright/cms/store';
import { CardwrightError } from '@cardwright/protocol';
import type { EnrolmentStatus } from '@cardwright/protocol/mobile';
import type { PortalDatabase } from '../../store/database.js';
import { findEnrolment, listOpenEnrolments, readEnrolment, type EnrolmentKey } from '../../store/mobile-rows.js';
import type { User } from '../../store/schema.js';
import type { MobileDevices } from '../mobile-devices.js';
import type { MobileSettings } from '../settings.js';
import { confirmPhone } from './confirm.js';
import { cancelEnrolment, deleteDevice, endOverdue } from './ending.js';
import type { VerifyPassword } from '../../accounts/reauthentication.js';
import type { EnrolmentServices } from './enrolment-services.js';
import { isBeingSetUp, isOver } from './enrolment-state.js';
import { statusOf } from './enrolment-status.js';
import { inEnrolmentWork } from './enrolment-work.js';
import { openIcon } from './installation.js';
import { claimLink, downloadProfile, openLink } from './links.js';
import { offerFor } from './offer.js';
import { answerPhone } from './phone-answers.js';
import { ProfileWriter } from './profile-writer.js';
import { RegistrationAuthority, type RegistrationIdentity } from './registration-authority.js';
import { EnrolmentRegistrar } from './scep-registrar.js';
import { startEnrolment } from './start.js';
import { isUuid } from './uuid.js';
import { WakeUps } from './wake-ups.js';
import { watchStatus } from './watch.js';

/** Settings and dependencies of the mobile devices of a portal. */
export interface MobileDevicesOptions {
  readonly settings: MobileSettings;
  readonly database: PortalDatabase;
  /** The store of the card management, which uses `database`. */
  readonly store: Store;
  /** The certification authority, wrapped by `boundAuthority`. */
  readonly authority: CertificationAuthority;
  /** Returns the DER encoding of the current CRL. */
  readonly crl: () => Promise<Uint8Array>;
  readonly keys: KeyRing;
  /** Returns the portal's own origin, as phones see it. */
  readonly origin: () => string;
  /** Maximum number of devices of a person. */
  readonly deviceLimit: number;
  readonly certificatePolicies: CertificatePolicies;
  /** Limit for a person's enrolments, renewals and operations together in an hour; unlimited by default. */
  readonly operationsPerHour?: number;
  readonly verifyPassword: VerifyPassword;
  /** Returns the current time; by default the time of the system. */
  readonly now?: () => Date;
}

/** Certificates of the SCEP server, and the key with which it reads messages and signs answers. */
export interface ScepIdentities {
  /** The certificate of the certification authority's present key, in DER. */
  readonly authority: Uint8Array;
  /** Those of its former keys, whose certificates are still accepted. */
  readonly formerAuthorities: readonly Uint8Array[];
  readonly registration: RegistrationIdentity;
}

/** The mobile devices of a portal, with the certificates and the key of its SCEP server. */
export interface OpenMobileDevices extends MobileDevices {
  /**
   * Returns the certificates of the SCEP server, and its key.
   *
   * @throws CardwrightError `CA_REFUSED`, `CA_UNAVAILABLE` if the registration authority needs a certificate and gets none
   */
  scepAuthority(): Promise<ScepIdentities>;
}

/** Opens the mobile devices of a portal, without calling the authority. */
export function openMobileDevices(options: MobileDevicesOptions): Promise<OpenMobileDevices> {
  const { settings, database, keys, authority, origin, now = () => new Date() } = options;
  const name = `${settings.organization} SCEP`;
  const registration = new RegistrationAuthority(settings.registrationAuthority, name, {
    database,
    keys,
    authority,
    now,
  });
  const profiles = new ProfileWriter(settings, registration, authority, origin);
  const wakeUps = new WakeUps();
  const services: EnrolmentServices = { operationsPerHour: Infinity, ...options, now, registration, profiles, wakeUps };

  /** Finds an enrolment of the user. @throws CardwrightError `ENROLMENT_NOT_FOUND` */
  async function find(user: User, id: string): Promise<EnrolmentKey> {
    const key = isUuid(id) ? await findEnrolment(database.db, id) : undefined;
    if (key?.userId !== user.id) throw new CardwrightError('ENROLMENT_NOT_FOUND');
    return key;
  }

  async function read(key: EnrolmentKey): Promise<EnrolmentStatus> {
    const file = await readEnrolment(database.db, key.id);
    if (file && !isOver(file, now())) return statusOf(file, settings);
    return inEnrolmentWork(services, async (work) => {
      const { row: enrolment, requests } = await work.open(key);
      return statusOf({ enrolment, requests }, settings);
    });
  }

  async function underWay(user: User): Promise<EnrolmentStatus | null> {
    const statuses = await Promise.all((await listOpenEnrolments(database.db, user.id)).map(read));
    return statuses.find(({ state }) => isBeingSetUp(state)) ?? null;
  }

  async function* watch(user: User, id: string, signal: AbortSignal): AsyncGenerator<EnrolmentStatus, void, undefined> {
    const key = await find(user, id);
    yield* watchStatus(() => read(key), id, wakeUps, signal);
  }

  return Promise.resolve({
    offerFor: (user) => offerFor(settings, user),
    underWay,
    start: (user, request, context) => startEnrolment(services, user, request, context),
    status: async (user, id) => read(await find(user, id)),
    watch,
    confirm: async (user, id, serial) => confirmPhone(services, await find(user, id), serial),
    cancel: async (user, id) => cancelEnrolment(services, user, await find(user, id)),
    delete: (user, deviceId) => deleteDevice(services, user, deviceId),
    openLink: (token, visitor) => openLink(services, token, visitor),
    claim: (token, visitor) => claimLink(services, token, visitor),
    download: (token, handover, visitor) => downloadProfile(services, token, handover, visitor),
    answerPhone: (enrolment, body) => answerPhone(services, enrolment, body),
    openIcon: (enrolment, token, press) => openIcon(services, enrolment, token, press),
    registrar: new EnrolmentRegistrar(services),
    endOverdue: () => endOverdue(services),
    scepAuthority: async () => ({
      authority: authority.certificate,
      formerAuthorities: authority.formerCertificates ?? [],
      registration: await registration.current(),
    }),
  });
}
