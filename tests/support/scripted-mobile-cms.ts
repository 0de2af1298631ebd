import { CardwrightError, validate } from '@cardwright/protocol';
import {
  confirmPhone,
  startEnrolment,
  type EnrolmentState,
  type EnrolmentStatus,
  type MobileOffer,
  type PhoneRequest,
} from '@cardwright/protocol/mobile';
import type { EventResponse } from './event-response.js';
import type { Stream } from './page-stage.js';
import { ScriptedCms } from './scripted-cms.js';

/** An enrolment link with the length of a real one. */
export const LINK = 'https://portal.example.org/mobile/enrol/3q2-7wEBAgMEBQYHCAkKCw';
export const PASSWORD = 'correct horse battery staple';
const ENROLMENT = '0b8f6c1e-5d43-4c1a-9a55-3f6d2e7b9c10';
const PATH = `mobile/enrolments/${ENROLMENT}`;
export const IPHONE = { model: 'iPhone 16 Pro', serial: 'F2LX4QHW0P', version: '22A3354' };
const REACHED: readonly EnrolmentState[] = ['downloaded', 'to-confirm', 'enrolling', 'issued'];
const FINAL: readonly EnrolmentState[] = ['installed', 'failed', 'cancelled'];

/** Plays the CMS in the enrolment of a mobile device, which the test plays. */
export class ScriptedMobileCms extends ScriptedCms {
  offer: MobileOffer = { proof: 'none', verified: true };
  /** The bodies of the requests that started an enrolment. */
  readonly started: unknown[] = [];
  /** The serial number of the confirmed phone. */
  confirmed: string | null = null;
  /** Set when requests for events are answered. */
  sendsEvents = true;
  readonly #streams = new Set<EventResponse>();
  #status: EnrolmentStatus = this.#newStatus();

  get enrolmentState(): EnrolmentState {
    return this.#status.state;
  }

  override answer(path: string, body: unknown): object {
    if (!path.startsWith('mobile')) return super.answer(path, body);
    this.calls.push(path);
    if (this.outage) throw this.outage;
    switch (path) {
      case 'mobile':
        return { ...this.offer, ...(REACHED.includes(this.enrolmentState) && { underWay: this.#status }) };
      case 'mobile/enrolments':
        return this.#begin(body);
      case PATH:
        return this.#status;
      case `${PATH}/confirm`:
        this.confirmed = validate(confirmPhone, body).serial;
        return this.#move({ state: 'enrolling' });
      case `${PATH}/cancel`:
        return FINAL.includes(this.enrolmentState) ? this.#status : this.#move({ state: 'cancelled', expiresAt: null });
      default:
        throw new CardwrightError('ENROLMENT_NOT_FOUND');
    }
  }

  override readonly stream: Stream = (path, response) => {
    if (path !== `/api/${PATH}/events`) return false;
    if (!this.sendsEvents) {
      response.writeHead(503).end();
      return true;
    }
    response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
    this.#streams.add(response);
    response.on('close', () => this.#streams.delete(response));
    response.write(eventOf(this.#status));
    return true;
  };

  /** Ends all connections for events. */
  breakOff(): void {
    for (const response of this.#streams) response.destroy();
  }

  /** Reports a new state of the enrolment. */
  see(state: EnrolmentState, changes: Partial<EnrolmentStatus> = {}): void {
    this.#move({ state, ...(state === 'to-confirm' ? { phone: IPHONE } : {}), ...changes });
  }

  fail(error: CardwrightError, what: PhoneRequest | null = null): void {
    const lastRequest = what && { what, at: '2026-11-26T12:03:00.000Z' };
    this.#move({ state: 'failed', expiresAt: null, failure: error.toWire(), lastRequest });
  }

  /** Fails the enrolment, and loses the event that reports it. */
  failUnheard(error: CardwrightError): void {
    this.#status = { ...this.#status, state: 'failed', expiresAt: null, failure: error.toWire() };
  }

  #begin(body: unknown): object {
    const { password, operation } = validate(startEnrolment, body);
    const { proof } = this.offer;
    if (proof === 'password' && password !== PASSWORD) throw new CardwrightError('PASSWORD_INCORRECT');
    if (proof === 'card' && operation === undefined) throw new CardwrightError('CARD_PROOF_NEEDED');
    this.started.push(body);
    this.#status = this.#newStatus();
    return { status: this.#status, link: LINK };
  }

  #newStatus(): EnrolmentStatus {
    return {
      enrolment: ENROLMENT,
      state: 'waiting',
      expiresAt: inSeconds(15 * 60 - 1),
      phone: null,
      certificates: { ordered: 3, issued: 0 },
      lastRequest: null,
      failure: null,
    };
  }

  #move(changes: Partial<EnrolmentStatus>): EnrolmentStatus {
    this.#status = { ...this.#status, ...changes };
    for (const response of this.#streams) response.write(eventOf(this.#status));
    return this.#status;
  }
}

export const inSeconds = (seconds: number): string => new Date(Date.now() + 1000 * seconds).toISOString();

const eventOf = (status: EnrolmentStatus): string => `event: status\ndata: ${JSON.stringify(status)}\n\n`;
