import { randomBytes, randomUUID } from 'node:crypto';
import { EventEmitter, on } from 'node:events';
import { CardwrightError } from '@cardwright/protocol';
import type { EnrolmentStatus, StartEnrolment } from '@cardwright/protocol/mobile';
import type { LinkPage, LinkVisitor, MobileDevices } from '../../../../portal/src/server/mobile/mobile-devices.js';
import type { ScepAnswer, ScepQuery, ScepServer } from '../../../../portal/src/server/mobile/scep/scep-server.js';
import type { MobileSettings } from '../../../../portal/src/server/mobile/settings.js';
import type { OpenMobile } from '../../../../portal/src/server/open-mobile.js';
import { startTestPortal, type TestPortal } from '../support/test-portal.js';

const SETTINGS: MobileSettings = {
  organization: 'Example',
  users: null,
  proof: 'none',
  slots: ['phone-authentication'],
  keySize: 2048,
  days: 365,
  deviceAuthorities: [],
  signing: null,
  registrationAuthority: null,
  linkLifetime: 900_000,
  confirmationTime: 300_000,
  silence: 300_000,
};

export const BROWSER_COOKIE = 'browser-1';
export const HANDOVER = 'H'.repeat(32);
const FINAL: ReadonlySet<string> = new Set(['installed', 'failed', 'cancelled']);

interface FakeEnrolment {
  readonly user: string;
  readonly token: string;
  status: EnrolmentStatus;
}

/** Mobile devices that only record requests, and give scripted answers. */
export class FakeMobile implements MobileDevices, Pick<ScepServer, 'answer'> {
  readonly enrolments = new Map<string, FakeEnrolment>();
  readonly changes = new EventEmitter();
  /** Number of streams that are watching. */
  watching = 0;
  /** Error that `watch` throws at the next change, instead of yielding it. */
  watchFails: Error | undefined;
  readonly visitors: LinkVisitor[] = [];
  page: LinkPage = { kind: 'download', language: 'en' };
  readonly claims: string[] = [];
  readonly phoneBodies: Uint8Array[] = [];
  answerPhoneWith: Uint8Array | Error = new Uint8Array([0x30, 0]);
  readonly scepCalls: {
    place: string;
    query: ScepQuery;
    method: string;
    body: Uint8Array;
  }[] = [];
  scepAnswer: ScepAnswer | Promise<ScepAnswer> = {
    status: 200,
    contentType: 'application/x-pki-message',
    body: new Uint8Array([0x30, 0]),
  };
  readonly deleted: string[] = [];
  overdueLooks = 0;
  readonly starts: { request: StartEnrolment; language: string }[] = [];
  readonly registrar: MobileDevices['registrar'] = {
    enrol: () => Promise.resolve({ kind: 'pending' }),
    renew: () => Promise.resolve({ kind: 'pending' }),
    poll: () => Promise.resolve({ kind: 'pending' }),
    sent: () => Promise.resolve(),
    findCertificate: () => Promise.resolve(undefined),
    readCrl: () => Promise.resolve(new Uint8Array()),
    seen: () => Promise.resolve(),
  };

  constructor(private readonly origin: () => string) {
    this.changes.setMaxListeners(0);
  }

  offerFor: MobileDevices['offerFor'] = ({ username }) =>
    username === 'bob' ? null : { proof: 'none', verified: false };

  underWay: MobileDevices['underWay'] = ({ id }) => {
    const own = [...this.enrolments.values()].filter(({ user }) => user === id).map(({ status }) => status);
    return Promise.resolve(own.find(({ state }) => state === 'to-confirm') ?? null);
  };

  start: MobileDevices['start'] = (user, request, { language }) => {
    this.starts.push({ request, language });
    const token = randomBytes(24).toString('base64url');
    const status: EnrolmentStatus = {
      enrolment: randomUUID(),
      state: 'waiting',
      expiresAt: new Date(Date.now() + SETTINGS.linkLifetime).toISOString(),
      phone: null,
      certificates: { ordered: 0, issued: 0 },
      lastRequest: null,
      failure: null,
    };
    this.enrolments.set(status.enrolment, { user: user.id, token, status });
    return Promise.resolve({ status, link: `${this.origin()}/mobile/enrol/${token}` });
  };

  status: MobileDevices['status'] = (user, id) => Promise.resolve().then(() => this.#find(user.id, id).status);

  async *watch(user: { readonly id: string }, id: string, signal: AbortSignal): AsyncIterable<EnrolmentStatus> {
    const enrolment = this.#find(user.id, id);
    this.watching += 1;
    try {
      yield enrolment.status;
      const changes = on(this.changes, id, { signal });
      while ((await changes.next()).done !== true) {
        if (this.watchFails) throw this.watchFails;
        yield enrolment.status;
        if (FINAL.has(enrolment.status.state)) return;
      }
    } finally {
      this.watching -= 1;
    }
  }

  confirm: MobileDevices['confirm'] = (user, id, serial) =>
    Promise.resolve().then(() => {
      const found = this.#find(user.id, id);
      if (found.status.phone?.serial !== serial) throw new CardwrightError('ENROLMENT_NOT_FOUND');
      return this.become(id, { state: 'enrolling' });
    });

  cancel: MobileDevices['cancel'] = (user, id) =>
    Promise.resolve().then(() => {
      this.#find(user.id, id);
      return this.become(id, { state: 'cancelled' });
    });

  delete: MobileDevices['delete'] = (_user, deviceId) => {
    this.deleted.push(deviceId);
    return Promise.resolve();
  };

  openLink: MobileDevices['openLink'] = (_token, visitor) => {
    this.visitors.push(visitor);
    return Promise.resolve(this.page);
  };

  claim: MobileDevices['claim'] = (token, { browser }) => {
    const isFree = !this.claims.includes(token) || browser === BROWSER_COOKIE;
    if (!isFree) return Promise.resolve(undefined);
    this.claims.push(token);
    return Promise.resolve({ browser: BROWSER_COOKIE, handover: HANDOVER });
  };

  download: MobileDevices['download'] = (token, handover, { browser }) => {
    const isGood = this.claims.includes(token) && handover === HANDOVER && browser === BROWSER_COOKIE;
    return Promise.resolve(isGood ? new Uint8Array([0x30, 1, 2]) : undefined);
  };

  readonly icons: { id: string; token: string; isPressed: boolean }[] = [];
  openIcon: MobileDevices['openIcon'] = (id, token, { isPressed }) => {
    this.icons.push({ id, token, isPressed });
    return Promise.resolve({ kind: isPressed ? 'finished' : 'finish', language: 'en' });
  };

  answerPhone: MobileDevices['answerPhone'] = (_id, body) => {
    this.phoneBodies.push(body);
    return this.answerPhoneWith instanceof Error
      ? Promise.reject(this.answerPhoneWith)
      : Promise.resolve(this.answerPhoneWith);
  };

  answer: ScepServer['answer'] = (place, query, method, body) => {
    this.scepCalls.push({ place, query, method, body });
    return Promise.resolve(this.scepAnswer);
  };

  endOverdue: MobileDevices['endOverdue'] = () => {
    this.overdueLooks += 1;
    return Promise.resolve();
  };

  become(id: string, change: Partial<EnrolmentStatus>): EnrolmentStatus {
    const found = this.enrolments.get(id);
    if (!found) throw new Error('no such enrolment');
    found.status = { ...found.status, ...change };
    this.changes.emit(id);
    return found.status;
  }

  #find(user: string, id: string): FakeEnrolment {
    const found = this.enrolments.get(id);
    if (found?.user !== user) throw new CardwrightError('ENROLMENT_NOT_FOUND');
    return found;
  }
}

export interface MobilePortal extends TestPortal {
  readonly mobile: FakeMobile;
}

/** Starts a portal whose mobile devices are scripted; everything else is real. */
export async function startMobilePortal(environment: NodeJS.ProcessEnv = {}): Promise<MobilePortal> {
  let mobile: FakeMobile | undefined;
  const open: OpenMobile = ({ origin }) => {
    mobile = new FakeMobile(origin);
    return Promise.resolve({ devices: mobile, scep: mobile });
  };
  const portal = await startTestPortal(environment, { mobile: SETTINGS }, open);
  if (!mobile) throw new Error('mobile devices were not opened');
  return { ...portal, mobile };
}
