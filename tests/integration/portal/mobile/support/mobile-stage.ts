import { randomUUID, X509Certificate } from 'node:crypto';
import {
  DEFAULT_CERTIFICATE_POLICIES,
  type CertificateRequest,
  type CertificationAuthority,
} from '@cardwright/cms/authority';
import { newKeyRing } from '@cardwright/cms/keys';
import { CardwrightError } from '@cardwright/protocol';
import { asc, eq } from 'drizzle-orm';
import { verifyPassword } from '../../../../../portal/src/server/accounts/accounts.js';
import { newAuthority, openDevelopmentCa } from '../../../../../portal/src/server/ca/development-ca.js';
import { CrlPublisher } from '../../../../../portal/src/server/ca/published-crl.js';
import { listRevocations, revocationsIn } from '../../../../../portal/src/server/ca/revocations.js';
import {
  openMobileDevices,
  type OpenMobileDevices,
} from '../../../../../portal/src/server/mobile/enrolments/open-mobile-devices.js';
import type { MobileSettings } from '../../../../../portal/src/server/mobile/settings.js';
import { openPortalDatabase, type PortalDatabase } from '../../../../../portal/src/server/store/database.js';
import type { DatabaseLocation } from '../../../../../portal/src/server/store/location.js';
import { drizzleStore } from '../../../../../portal/src/server/store/drizzle-store.js';
import {
  audit,
  certificates,
  devices,
  registrationAuthorities,
  users,
  type DeviceRow,
  type User,
} from '../../../../../portal/src/server/store/schema.js';
import { openKeptAppleAuthority } from '../../../../support/iphone/dealt-to-phones.js';
import { openDatabase } from '../../../../support/postgres.js';
import { collectPages } from '../../../../support/revocation-pages.js';
import { Enrolling } from './enrolling.js';
import { TestPhone } from './test-phone.js';

const MINUTE = 60 * 1000;
export const ORIGIN = 'https://cms.example.com';
export const LIMIT = 2;
/** Enrolments and renewals of one person in an hour. */
export const QUOTA = 8;

/** The authority's behaviour: normal, or with this error. */
type Mood = 'answers' | 'unavailable' | 'refuses';

/** The mobile devices of a portal over a separate store, with a clock and an authority that tests control. */
export class MobileStage {
  mood: Mood = 'answers';
  /** Requests to the authority for certificates. */
  readonly orders: CertificateRequest[] = [];
  #later = 0;

  private constructor(
    readonly store: PortalDatabase,
    readonly authority: CertificationAuthority,
    readonly settings: MobileSettings,
    readonly open: (changes?: Partial<MobileSettings>) => Promise<OpenMobileDevices>,
    readonly mobile: OpenMobileDevices,
    readonly close: () => Promise<void>,
  ) {}

  /** @param location default: a database on the worker's PostgreSQL server */
  static async start(location?: DatabaseLocation): Promise<MobileStage> {
    const database = location ? { ...location, stop: () => Promise.resolve() } : await openDatabase();
    const store = await openPortalDatabase(database);
    const close = () => store.close().then(() => database.stop());
    const keys = await newKeyRing();
    const embedded = await openDevelopmentCa(await newAuthority(), () => `${ORIGIN}/ca`);
    const { rootPem } = await openKeptAppleAuthority();
    const settings: MobileSettings = {
      organization: 'Example',
      users: null,
      proof: 'none',
      slots: ['phone-authentication', 'phone-signature'],
      keySize: 2048,
      days: 365,
      deviceAuthorities: [new X509Certificate(rootPem).raw],
      signing: null,
      registrationAuthority: null,
      linkLifetime: 15 * MINUTE,
      confirmationTime: 5 * MINUTE,
      silence: 5 * MINUTE,
    };
    const issue = async (request: CertificateRequest): Promise<Uint8Array> => {
      stage.orders.push(request);
      if (stage.mood === 'unavailable') throw new CardwrightError('CA_UNAVAILABLE');
      if (stage.mood === 'refuses') throw new CardwrightError('CA_REFUSED', { reason: 'not today' });
      return embedded.issue(request);
    };
    const authority = { ...embedded, issue };
    const published = new CrlPublisher(revocationsIn(store.db), authority, { lifetime: MINUTE, interval: 0 });
    const open = (changes: Partial<MobileSettings> = {}): Promise<OpenMobileDevices> =>
      openMobileDevices({
        verifyPassword: (user) => Promise.resolve({ here: (password) => verifyPassword(user, password) }),
        settings: { ...settings, ...changes },
        database: store,
        store: drizzleStore(store, keys),
        authority,
        crl: async () => (await published.current()).der,
        keys,
        origin: () => ORIGIN,
        deviceLimit: LIMIT,
        certificatePolicies: DEFAULT_CERTIFICATE_POLICIES,
        operationsPerHour: QUOTA,
        now: () => stage.now,
      });
    const stage: MobileStage = new MobileStage(store, authority, settings, open, await open(), close);
    return stage;
  }

  get now(): Date {
    return new Date(Date.now() + this.#later);
  }

  pass(minutes: number): void {
    this.#later += minutes * MINUTE;
  }

  /** Returns to the state before anyone has asked for one. */
  async forgetRegistrationAuthority(): Promise<void> {
    await this.store.db.delete(registrationAuthorities);
    this.orders.length = 0;
  }

  /** Makes a user without devices. */
  async newUser(): Promise<User> {
    const name = `user-${randomUUID().slice(0, 8)}`;
    const about = { username: name, displayName: 'Ada Lovelace', passwordHash: 'none' } as const;
    const [user] = await this.store.db
      .insert(users)
      .values({
        id: randomUUID(),
        ...about,
        email: `${name}@example.com`,
        upn: `${name}@corp.example`,
        sid: 'S-1-5-21-1-2-3-1001',
      })
      .returning();
    if (!user) throw new Error('the user was not added');
    return user;
  }

  /** Starts an enrolment of a user, with a phone of its own that nobody has used before. */
  async enrol(user?: User, phone?: TestPhone, mobile = this.mobile): Promise<Enrolling> {
    const owner = user ?? (await this.newUser());
    return Enrolling.start(mobile, owner, phone ?? (await TestPhone.make()));
  }

  async device({ id: ownerId }: User): Promise<DeviceRow | undefined> {
    const rows = await this.store.db
      .select()
      .from(devices)
      .where(eq(devices.ownerId, ownerId))
      .orderBy(asc(devices.createdAt));
    return rows.at(-1);
  }

  certificatesOf(deviceId: string) {
    return this.store.db
      .select()
      .from(certificates)
      .where(eq(certificates.deviceId, deviceId))
      .orderBy(asc(certificates.createdAt), asc(certificates.slot));
  }

  /** Returns the reason for which the CRL lists a certificate, DER; undefined if it does not. */
  async listedFor(certificate: Uint8Array): Promise<string | undefined> {
    const serial = new X509Certificate(certificate).serialNumber.toLowerCase();
    const entries = await collectPages(listRevocations(this.store.db));
    return entries.find(({ serialNumber }) => serialNumber === serial)?.reason;
  }

  /** Lists the audit log's entries on an enrolment, oldest first. */
  async log(enrolment: string) {
    const rows = await this.store.db.select().from(audit).orderBy(asc(audit.id));
    return rows.filter(({ detail }) => detail.enrolment === enrolment);
  }

  async wholeLog(): Promise<string> {
    return JSON.stringify(await this.store.db.select().from(audit));
  }
}
