import { validate } from '@cardwright/protocol';
import { enrolmentStatus, startedEnrolment, type EnrolmentStatus } from '@cardwright/protocol/mobile';
import { until, type Iphone } from '@cardwright/stage';
import * as v from 'valibot';
import { Browser, listDevices, type Answer, type TestPortal } from '../support/test-portal.js';

/** A user on My Devices who adds mobile devices, by the page's requests. */
export class EnrollingUser {
  private constructor(private readonly browser: Browser) {}

  static async login(portal: TestPortal, username: string): Promise<EnrollingUser> {
    return new EnrollingUser(await Browser.login(portal, username));
  }

  /** Presses Add Mobile. */
  async add(): Promise<Enrolment> {
    const answer = await this.browser.post('/api/mobile/enrolments', {});
    const { link, status } = validate(startedEnrolment, expectGood(answer));
    return new Enrolment(this.browser, status.enrolment, link);
  }

  /** Reads the content of My Devices. */
  async devices() {
    return (await listDevices(this.browser)).devices;
  }

  /** Presses Delete Mobile. */
  delete(device: string): Promise<Answer> {
    return this.browser.send('DELETE', `/api/mobile/devices/${device}`, {});
  }
}

/** An enrolment that the user has begun. */
export class Enrolment {
  constructor(
    private readonly browser: Browser,
    readonly id: string,
    readonly link: string,
  ) {}

  async status(): Promise<EnrolmentStatus> {
    return validate(enrolmentStatus, expectGood(await this.browser.get(this.#path())));
  }

  /** Confirms that the phone with this serial number is the right one. */
  confirm(serial: string): Promise<Answer> {
    return this.browser.post(this.#path('/confirm'), { serial });
  }

  /** Has a phone install the profile that it has downloaded, and confirms the phone meanwhile. Returns what is installed. */
  async installOn(phone: Iphone) {
    const installation = phone.beginInstallation();
    await installation.identify();
    await this.confirm(phone.serial);
    return phone.finish(installation);
  }

  cancel(): Promise<Answer> {
    return this.browser.post(this.#path('/cancel'), {});
  }

  /** Waits until the server has seen a request of the phone. */
  async sees(what: NonNullable<EnrolmentStatus['lastRequest']>['what']): Promise<void> {
    await until(async () => (await this.status()).lastRequest?.what === what, { what });
  }

  /** Lists the states that the dialog is sent, without polling, until the last. */
  async follow(): Promise<string[]> {
    const { body } = await this.browser.send('GET', this.#path('/events'));
    const events = v.parse(v.string(), body).match(/(?<=^data: ).+$/gm) ?? [];
    const states = events.map((data) => validate(enrolmentStatus, JSON.parse(data)).state);
    return states.filter((state, index) => state !== states[index - 1]);
  }

  #path = (rest = ''): string => `/api/mobile/enrolments/${this.id}${rest}`;
}

function expectGood({ status, body, code }: Answer): unknown {
  if (status !== 200) throw new Error(`The portal answered ${status} ${code ?? ''}.`);
  return body;
}
