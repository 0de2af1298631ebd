import type { Portal } from '@cardwright/portal';
import { CardwrightError } from '@cardwright/protocol';
import { enrolmentStatus, startedEnrolment, type EnrolmentStatus } from '@cardwright/protocol/mobile';
import { TestPhone, type PhoneFacts } from '../portal/mobile/support/test-phone.js';
import type { PageAtPortal } from './page-at-portal.js';

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

  /** Downloads the profile, installs it, and sends the phone's identity. */
  async identify(): Promise<this> {
    await this.#ask(`${this.link}/profile`);
    await this.#ask(`/mobile/profile-service/${this.id}`, this.phone.answer(this.#challenge));
    return this;
  }

  async confirm(): Promise<this> {
    await this.page.post(`mobile/enrolments/${this.id}/confirm`, { serial: this.phone.facts.serial });
    return this;
  }

  /**
   * Reads the status of the enrolment as its page does.
   *
   * @throws CardwrightError for which the enrolment failed
   */
  async follow(): Promise<EnrolmentStatus> {
    const status = await this.page.cms.request(`mobile/enrolments/${this.id}`, enrolmentStatus);
    if (status.failure) throw CardwrightError.fromWire(status.failure);
    return status;
  }

  /** Sends a request of the phone. A refused phone learns no reason; its page does. */
  async #ask(path: string, body?: Uint8Array): Promise<void> {
    const response = await fetch(`http://127.0.0.1:${this.portal.port}${path}`, {
      method: body ? 'POST' : 'GET',
      ...(body && { body: new Uint8Array(body) }),
    });
    const text = Buffer.from(await response.arrayBuffer()).toString('latin1');
    this.#challenge = /<key>Challenge<\/key>\s*<string>([^<]+)/.exec(text)?.[1] ?? '';
  }
}
