import { CardwrightError, asCardwrightError, isCardwrightError } from '@cardwright/protocol';
import type { DeviceId } from '@cardwright/protocol/devices';
import {
  mobileOffer,
  startedEnrolment,
  type EnrolmentStatus,
  type MobileOffer,
  type StartEnrolment,
  type StartedEnrolment,
} from '@cardwright/protocol/mobile';
import { CANCEL_TIMEOUT, type CmsClient } from '../../cms-client.js';
import { checksAfter } from '../check-computer.js';
import { hasReachedPhone, isCancellable, statusOf } from './enrolment-state.js';
import { mobileStepOf, paneOf, type MobilePane, type Started } from './mobile-pane.js';
import { OwnerProof } from './owner-proof.js';
import { StatusFeed, openEventSource, type FeedOptions } from './status-feed.js';

/** Receives the progress of an enrolment. */
export interface EnrolmentListener {
  readonly onPane: (pane: MobilePane) => void;
  readonly onOffer: (offer: MobileOffer) => void;
  readonly onStatus: (status: EnrolmentStatus) => void;
  readonly onAbsence: (isAway: boolean) => void;
}

/**
 * The logic of the dialog for mobile devices, without its appearance: it lets users prove their identity, shows the QR code, and follows
 * the mobile device. It finds a mobile device again that is already being added.
 */
export class Enrolment {
  readonly #cancelled = new AbortController();
  #pane: MobilePane = { name: 'preparing' };
  #proof: OwnerProof | undefined;
  #password: ((password: string) => void) | undefined;
  /** Feed of the statuses of the enrolment that the current attempt has started. Undefined before the enrolment has started, and after `#end`. */
  #feed: StatusFeed | undefined;
  /** Controller that is aborted to end the current attempt to enrol a device. */
  #try = new AbortController();
  #running: Promise<void> = Promise.resolve();
  /** Ids of the enrolments that an attempt has ended. They may still be open at the CMS, if the CMS could not be told. */
  readonly #ended = new Set<string>();

  constructor(
    private readonly cms: CmsClient,
    private readonly listener: EnrolmentListener,
    private readonly openEvents: FeedOptions['openEvents'] = openEventSource,
  ) {}

  /**
   * Continues the user's enrolment that has reached a mobile device, for example after a reload of the page. If there is none, starts an
   * enrolment. First ends the previous attempt, and cancels the enrolment that it left open at the CMS. Such an enrolment is never continued:
   * the user may have rejected its mobile device, or asked for a new code.
   */
  run(): void {
    this.#show({ name: 'preparing' });
    this.#running = Promise.all([this.#running, this.#end()]).then(() => this.#run());
  }

  givePassword(password: string): void {
    this.#password?.(password);
  }

  /**
   * The proof of identity that was started last, in which one of the user's active devices proves the identity. Undefined if no such proof
   * was started.
   */
  get proof(): Pick<OwnerProof, 'askForAccess' | 'showWindow' | 'refresh'> | undefined {
    return this.#proof;
  }

  chooseDevice(id: DeviceId): void {
    this.#proof?.choose(id);
  }

  /** Asks for the status soon (`StatusFeed.hurry`), because a countdown is over. */
  hurry(): void {
    this.#feed?.hurry();
  }

  /**
   * Confirms to the CMS that the phone on the screen is the right one, as the user has said. Does nothing if the user is not being asked
   * about a phone, or if a confirmation is already being sent.
   */
  async confirm(): Promise<void> {
    const feed = this.#feed;
    const pane = this.#pane;
    if (!feed || pane.name !== 'confirm' || pane.isSent) return;
    this.#show({ ...pane, isSent: true, refusal: null });
    const { enrolment } = feed.last;
    // The user confirms the phone on the screen, even if a newer status has arrived since.
    const body = { serial: pane.phone.serial };
    try {
      const path = `mobile/enrolments/${enrolment}/confirm`;
      feed.take(await this.cms.request(path, statusOf(enrolment), { method: 'POST', body, signal: this.#try.signal }));
    } catch (error) {
      // If the attempt has ended, or an event has already reported a later state, this error no longer matters.
      if (feed !== this.#feed || feed.last.state !== 'to-confirm') return;
      if (isCardwrightError(error, 'CMS_UNREACHABLE')) this.#show({ ...pane, isSent: false, refusal: error });
      else this.#fail(error);
    }
  }

  /**
   * Rejects the phone, as the user has said, and cancels the enrolment. An unconfirmed phone gets nothing, even if the CMS cannot be reached.
   * Does nothing if the user is not being asked about a phone, or if a confirmation is already being sent.
   */
  reject(): void {
    if (this.#pane.name !== 'confirm' || this.#pane.isSent) return;
    this.#running = Promise.all([this.#running, this.#end()]).then(() => undefined);
    this.#show({ name: 'rejected' });
  }

  /**
   * Ends the enrolment, and resolves when nothing is running any more. An enrolment that was not over is cancelled at the CMS, if the CMS can
   * be reached. What the mobile device got from this enrolment then becomes invalid.
   */
  async cancel(): Promise<void> {
    this.#cancelled.abort();
    this.#password?.('');
    const ending = this.#end();
    await this.#running;
    await ending;
    // This also ends an enrolment whose start was answered only after the user cancelled.
    await this.#end();
  }

  async #run(): Promise<void> {
    await this.#end();
    this.#try = new AbortController();
    const signal = AbortSignal.any([this.#cancelled.signal, this.#try.signal]);
    try {
      const offer = await this.cms.request('mobile', mobileOffer, { signal });
      this.listener.onOffer(offer);
      const { link, status } = this.#toContinue(offer) ?? (await this.#start(offer, signal));
      const started: Started = { link, isVerified: offer.verified };
      const onStatus = (now: EnrolmentStatus): void => {
        this.listener.onStatus(now);
        if (!signal.aborted) this.#showNew(paneOf(now, started));
      };
      const { cms, openEvents } = this;
      const { onAbsence } = this.listener;
      const feed = new StatusFeed({ cms, first: status, signal, onStatus, onAbsence, openEvents });
      this.#feed = feed;
      onStatus(status);
      await feed.follow();
    } catch (thrown) {
      if (!signal.aborted) this.#fail(thrown);
    }
  }

  /** Returns the enrolment to continue, whose link is known no more and needed no more; null if an enrolment has to be started. */
  #toContinue({ underWay }: MobileOffer): { readonly link: null; readonly status: EnrolmentStatus } | null {
    if (!underWay || !hasReachedPhone(underWay) || this.#ended.has(underWay.enrolment)) return null;
    return { link: null, status: underWay };
  }

  async #start({ proof }: MobileOffer, signal: AbortSignal): Promise<StartedEnrolment> {
    switch (proof) {
      case 'none':
        return this.#post({});
      case 'password':
        return this.#startWithPassword(signal);
      case 'card': {
        this.#proof = new OwnerProof(this.cms, signal, (pane) => this.#show(pane));
        const operation = await this.#proof.prove();
        this.#show({ name: 'preparing' });
        return this.#post({ operation });
      }
    }
  }

  /** Asks for the user's password until the CMS accepts it and starts an enrolment. Returns the started enrolment. */
  async #startWithPassword(signal: AbortSignal) {
    for (let refusal: CardwrightError | null = null; ;) {
      this.#show({ name: 'password', isSent: false, refusal });
      const password = await new Promise<string>((resolve) => {
        this.#password = resolve;
      });
      signal.throwIfAborted();
      this.#show({ name: 'password', isSent: true, refusal: null });
      try {
        return await this.#post({ password });
      } catch (error) {
        if (!isCardwrightError(error, 'PASSWORD_INCORRECT') && !isCardwrightError(error, 'RATE_LIMITED')) throw error;
        refusal = error;
      }
    }
  }

  /** Requests an enrolment. The request cannot be aborted: only its answer names the enrolment, and only a named enrolment can be cancelled. */
  #post(body: StartEnrolment) {
    return this.cms.request('mobile/enrolments', startedEnrolment, { method: 'POST', body });
  }

  /** Ends the current attempt, and cancels the attempt's enrolment at the CMS, if that is possible. */
  async #end(): Promise<void> {
    const feed = this.#feed;
    this.#feed = undefined;
    this.#try.abort();
    if (!feed || !isCancellable(feed.last)) return;
    const { enrolment } = feed.last;
    this.#ended.add(enrolment);
    const path = `mobile/enrolments/${enrolment}/cancel`;
    try {
      const schema = statusOf(enrolment);
      const status = await this.cms.request(path, schema, {
        method: 'POST',
        body: {},
        signal: AbortSignal.timeout(CANCEL_TIMEOUT),
      });
      // If the mobile device had finished before the cancellation, the status in the answer is `installed`.
      feed.take(status);
    } catch (error) {
      // The enrolment then stays open at the CMS until its time limit, or until the mobile device completes it.
      console.warn('Cardwright: the CMS could not be told that the enrolment was cancelled', error);
    }
  }

  /** Shows a pane. The question about the phone is not shown again while the user's answer is on its way to the CMS. */
  #showNew(pane: MobilePane): void {
    if (pane.name === 'confirm' && this.#pane.name === 'confirm' && this.#pane.isSent) return;
    this.#show(pane);
  }

  #fail(thrown: unknown): void {
    const error = asCardwrightError(thrown, (incident, defect) =>
      console.error(`Cardwright incident ${incident}`, defect),
    );
    const pane = this.#pane;
    const checks = 'checks' in pane && pane.checks ? checksAfter(error, pane.checks) : null;
    const lastRequest = this.#feed?.last.lastRequest ?? null;
    this.#try.abort();
    this.#show({ name: 'error', step: mobileStepOf(pane) ?? 'scan', error, checks, lastRequest });
  }

  #show(pane: MobilePane): void {
    if (this.#cancelled.signal.aborted) return;
    this.#pane = pane;
    this.listener.onPane(pane);
  }
}
