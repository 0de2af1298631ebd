import { randomBytes } from 'node:crypto';
import { CardwrightError, enrolmentStatus, startedEnrolment } from '@cardwright/protocol';
import { openAppleAuthority } from '@cardwright/stage';
import {
  openMobileDevices,
  type OpenMobileDevices,
} from '../../../portal/src/server/mobile/enrolments/open-mobile-devices.js';
import { ScepServer } from '../../../portal/src/server/mobile/scep/scep-server.js';
import type { MobileSettings } from '../../../portal/src/server/mobile/settings.js';
import type { OpenMobile } from '../../../portal/src/server/open-mobile.js';
import type { Portal } from '@cardwright/portal';
import { TestPhone, type PhoneFacts } from '../portal/mobile/support/test-phone.js';
import type { PageAtPortal } from './page-at-portal.js';

const MINUTE = 60_000;

/** The real mobile devices of a portal, with a clock that can be put forward, and settings that can be changed. */
export class MobileScene {
  #devices: OpenMobileDevices | undefined;
  #changes: Partial<MobileSettings> = {};
  #later = 0;

  /** As `startPortal` takes it. */
  readonly open: OpenMobile = async (parts) => {
    const changes = (): Partial<MobileSettings> => this.#changes;
    const settings = {
      ...parts.settings,
      get proof() {
        return changes().proof ?? parts.settings.proof;
      },
      get keySize() {
        return changes().keySize ?? parts.settings.keySize;
      },
    };
    const now = (): Date => new Date(Date.now() + this.#later);
    const devices = await openMobileDevices({ ...parts, settings, now });
    this.#devices = devices;
    // By the real clock: its clients have no other.
    const scep = new ScepServer({ authority: () => devices.scepAuthority(), registrar: devices.registrar });
    return { devices, scep };
  };

  /** CARDWRIGHT_MOBILE for the people who may add a phone. */
  static async settings(users: readonly string[], writeFile: (content: string) => string): Promise<string> {
    const { rootPem } = await openAppleAuthority();
    return JSON.stringify({ organization: 'Example', users, deviceAuthorities: [writeFile(rootPem)] });
  }

  pass(minutes: number): void {
    this.#later += minutes * MINUTE;
  }

  change(settings: Pick<Partial<MobileSettings>, 'proof' | 'keySize'>): void {
    this.#changes = settings;
  }

  /** As it was at first; the clock is not put back. */
  recover(): void {
    this.#changes = {};
  }

  /** What SCEP clients encrypt to and trust. */
  get scepAuthority() {
    if (!this.#devices) throw new Error('the mobile devices are not open');
    return this.#devices.scepAuthority();
  }
}

/** An enrolment: its page, and a phone that goes to the portal's addresses. */
export class PhoneAtPortal {
  #challenge = '';

  private constructor(
    private readonly portal: Pick<Portal, 'port'>,
    private readonly page: PageAtPortal,
    private readonly phone: TestPhone,
    private readonly id: string,
    private readonly link: string,
  ) {}

  static async start(
    portal: Pick<Portal, 'port'>,
    page: PageAtPortal,
    phone?: TestPhone | Partial<PhoneFacts>,
  ): Promise<PhoneAtPortal> {
    const { status, link } = await page.cms.request('mobile/enrolments', startedEnrolment, {
      method: 'POST',
      body: {},
    });
    const made = phone instanceof TestPhone ? phone : await TestPhone.make(phone);
    return new PhoneAtPortal(portal, page, made, status.enrolment, new URL(link).pathname);
  }

  /** The challenge of the profile that it got last. */
  get challenge(): string {
    return this.#challenge;
  }

  get scepUrl(): string {
    return `http://127.0.0.1:${this.portal.port}/mobile/scep/${this.id}`;
  }

  /** Downloads the profile, installs it, and says what it is. */
  async identify(): Promise<this> {
    await this.#ask(`${this.link}/profile`);
    await this.#ask(`/mobile/profile-service/${this.id}`, await this.phone.answer(this.#challenge));
    return this;
  }

  async confirm(): Promise<this> {
    await this.page.post(`mobile/enrolments/${this.id}/confirm`, { serial: this.phone.facts.serial });
    return this;
  }

  /**
   * What the page is told.
   *
   * @throws CardwrightError for which the enrolment failed
   */
  async follow(): Promise<unknown> {
    const status = await this.page.cms.request(`mobile/enrolments/${this.id}`, enrolmentStatus);
    if (status.failure) throw CardwrightError.fromWire(status.failure);
    return status;
  }

  /** A phone that is refused shows nothing but that; its page knows more. */
  async #ask(path: string, body?: Uint8Array): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${this.portal.port}${path}`, {
      method: body ? 'POST' : 'GET',
      ...(body && { body: new Uint8Array(body) }),
    });
    const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
    this.#challenge = /<key>Challenge<\/key>\s*<string>([^<]+)/.exec(text)?.[1] ?? '';
  }
}

/** The id of no operation. */
export const noOperation = (): string => randomBytes(16).toString('hex');
