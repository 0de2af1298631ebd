import type { EnrolmentStatus } from '@cardwright/protocol/mobile';
import type { OpenMobileDevices } from '../../../../../portal/src/server/mobile/enrolments/open-mobile-devices.js';
import type { ClaimedLink, InstalledPage } from '../../../../../portal/src/server/mobile/mobile-devices.js';
import type { ScepDecision } from '../../../../../portal/src/server/mobile/scep/registrar.js';
import type { User } from '../../../../../portal/src/server/store/schema.js';
import { VISITOR } from './visitor.js';
import { newPhoneKey, type PhoneKey, type TestPhone } from './test-phone.js';

/** A running enrolment: its user, and the phone, which acts step by step. */
export class Enrolling {
  /** The part of the address of the phone's icon that is after the enrolment; empty while the phone has no icon. */
  icon = '';
  /** Challenges in the phone's latest profile, in the order of its payloads. */
  challenges: readonly string[] = [];
  /** The cookie of the phone's browser. */
  browser = '';
  /** The secret part of the address at which the browser found the profile last. */
  handover = '';
  identity: { readonly key: PhoneKey; readonly certificate: Uint8Array } | undefined;
  /** Certificates of the phone besides its identity. */
  readonly certificates: Uint8Array[] = [];

  private constructor(
    readonly mobile: OpenMobileDevices,
    readonly user: User,
    readonly phone: TestPhone,
    readonly id: string,
    readonly token: string,
  ) {}

  static async start(mobile: OpenMobileDevices, user: User, phone: TestPhone): Promise<Enrolling> {
    const { status, link } = await mobile.start(user, {}, { address: '192.0.2.1', language: 'en' });
    return new Enrolling(mobile, user, phone, status.enrolment, link.slice(link.lastIndexOf('/') + 1));
  }

  get status(): Promise<EnrolmentStatus> {
    return this.mobile.status(this.user, this.id);
  }

  get challenge(): string {
    const [challenge] = this.challenges;
    if (challenge === undefined) throw new Error('the phone has no challenge');
    return challenge;
  }

  /** Claims the link, as the browser that has claimed it before. */
  async claim(): Promise<ClaimedLink> {
    const claimed = await this.mobile.claim(this.token, { ...VISITOR, browser: this.browser || null });
    if (!claimed) throw new Error('the link is dead');
    this.browser = claimed.browser;
    this.handover = claimed.handover;
    return claimed;
  }

  async download(): Promise<void> {
    const { browser, handover } = await this.claim();
    const profile = await this.mobile.download(this.token, handover, { ...VISITOR, browser });
    if (!profile) throw new Error('the profile is not there');
    this.read(profile);
  }

  /** Sends the phone's identity: `to-confirm`. */
  async identify(): Promise<void> {
    await this.download();
    this.read(await this.mobile.answerPhone(this.id, this.phone.answer(this.challenge)));
  }

  /** Sends a body to the profile service, and keeps the answer. */
  async post(body: Uint8Array): Promise<void> {
    this.read(await this.mobile.answerPhone(this.id, body));
  }

  confirm(serial = this.phone.facts.serial): Promise<EnrolmentStatus> {
    return this.mobile.confirm(this.user, this.id, serial);
  }

  ask(key: PhoneKey, challenge: string | null = this.challenge): Promise<ScepDecision> {
    return this.mobile.registrar.enrol(this.id, key, challenge);
  }

  /** Confirms the phone, which gets its identity: `enrolling`. */
  async getIdentity(): Promise<void> {
    await this.identify();
    await this.confirm();
    const key = await newPhoneKey();
    this.identity = { key, certificate: certificateOf(await this.ask(key)) };
    await this.mobile.registrar.sent(this.id, key.transactionId);
  }

  /** Gets the configuration: `issued`. */
  async configure(): Promise<void> {
    await this.getIdentity();
    if (this.identity) await this.post(this.phone.ask(this.identity.certificate, this.identity.key));
  }

  /** Completes the phone, which shows that it has everything: `installed`. Returns the keys of its certificates. */
  async install(): Promise<PhoneKey[]> {
    const keys = await this.receive();
    await this.press();
    return keys;
  }

  /** Opens the icon on the phone, and presses the button of its page. */
  press(): Promise<InstalledPage> {
    return this.mobile.openIcon(this.id, this.icon, { isPressed: true });
  }

  /** Gets all certificates: `sent`. Returns their keys. */
  async receive(): Promise<PhoneKey[]> {
    await this.configure();
    const keys: PhoneKey[] = [];
    for (const challenge of this.challenges) {
      const key = await newPhoneKey();
      this.certificates.push(certificateOf(await this.ask(key, challenge)));
      await this.mobile.registrar.sent(this.id, key.transactionId);
      keys.push(key);
    }
    return keys;
  }

  /** Takes the challenges out of a profile. */
  read(profile: Uint8Array): void {
    const text = Buffer.from(profile).toString('latin1');
    this.icon = new RegExp(`/mobile/installed/${this.id}/([^<]+)<`).exec(text)?.[1] ?? '';
    this.challenges = [...text.matchAll(/<key>Challenge<\/key>\s*<string>([^<]+)/g)].map(([, found]) => found ?? '');
  }
}

export function certificateOf(decision: ScepDecision): Uint8Array {
  if (decision.kind !== 'issued') throw new Error(`not issued: ${JSON.stringify(decision)}`);
  return decision.certificate;
}
