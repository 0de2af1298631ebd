import type { EnrolmentStatus } from '@cardwright/protocol/mobile';
import * as v from 'valibot';
import type { CmsClient } from '../../cms-client.js';
import { REAL_TIME, sendUntilAnswered, type Timing } from '../../redelivery.js';
import { canFollow, isOver, statusOf } from './enrolment-state.js';

/** Milliseconds without an event after which a new connection is opened, because the old connection may have broken unnoticed. */
const LONGEST_SILENCE = 30_000;
/** Milliseconds within which the first event must arrive. The CMS sends it at once. */
const FIRST_EVENT = 5_000;
/** Milliseconds from the answer to a request for the status until the next request, or the next connection for events. */
const POLL_PAUSE = 3_000;
/** Number of consecutive connections without any event after which the feed only polls. A proxy may then be holding events back. */
const MOST_VAIN_CONNECTIONS = 3;

/** The part of an `EventSource` that the feed uses. */
export interface EventStream {
  addEventListener(type: 'status' | 'error', listener: (event: { readonly data?: unknown }) => void): void;
  close(): void;
}

export interface FeedOptions {
  readonly cms: CmsClient;
  /** Status in the answer to the request that started or found the enrolment. */
  readonly first: EnrolmentStatus;
  readonly signal: AbortSignal;
  readonly onStatus: (status: EnrolmentStatus) => void;
  /** Called when the CMS stops answering (`true`) and when it answers again (`false`). */
  readonly onAbsence: (isAway: boolean) => void;
  readonly openEvents: (address: string) => EventStream;
  readonly timing?: Timing;
}

/** Follows an enrolment by the CMS's events. If no events arrive, the feed polls the status. */
export class StatusFeed {
  #last: EnrolmentStatus;
  /** Ends the last connection for events, after which the status is requested. Does nothing if that connection has ended. */
  #hurry: () => void = () => undefined;

  constructor(private readonly options: FeedOptions) {
    this.#last = options.first;
  }

  /** The newest known status. */
  get last(): EnrolmentStatus {
    return this.#last;
  }

  /**
   * Follows the enrolment until it is over or the signal is aborted. If the CMS is away, this waits without a limit, because the mobile
   * device may continue meanwhile.
   *
   * @throws CardwrightError the error with which the CMS answers a request for the status, or `INVALID_MESSAGE` if the answer is no status
   * of this enrolment; `CANCELLED` if the signal is aborted during such a request, or while the CMS is away
   */
  async follow(): Promise<void> {
    for (let inVain = 0; !this.#isDone();) {
      if (inVain < MOST_VAIN_CONNECTIONS) {
        const { hasHeard, isLost } = await this.#listen();
        inVain = hasHeard ? 0 : inVain + 1;
        if (this.#isDone() || !isLost) continue;
      }
      await this.#ask();
      if (!this.#isDone()) await this.#timing.pause(POLL_PAUSE, this.options.signal);
    }
  }

  /** Asks for the status at once, if the feed is waiting for an event. A feed that polls asks within `POLL_PAUSE` anyway. */
  hurry(): void {
    this.#hurry();
  }

  /** Takes a status from another answer of the CMS. Ignores a status that cannot follow the last status (`canFollow`). */
  take(status: EnrolmentStatus): void {
    if (!canFollow(this.#last, status)) return;
    this.#last = status;
    this.options.onStatus(status);
  }

  #isDone(): boolean {
    return this.options.signal.aborted || isOver(this.#last);
  }

  get #timing(): Timing {
    return this.options.timing ?? REAL_TIME;
  }

  get #path(): string {
    return `mobile/enrolments/${this.#last.enrolment}`;
  }

  /**
   * Listens to events until the connection is lost, delivers an invalid status or is silent for too long, until `hurry` is called, the
   * enrolment is over, or the signal is aborted. `hasHeard` is true if there was an event. `isLost` is true if the status has to be requested
   * before the next connection.
   */
  #listen(): Promise<{ readonly hasHeard: boolean; readonly isLost: boolean }> {
    const { cms, signal, openEvents } = this.options;
    const schema = statusOf(this.#last.enrolment);
    const stream = openEvents(cms.addressOf(`${this.#path}/events`));
    return new Promise((resolve) => {
      let hasHeard = false;
      const end = (how: 'lost' | 'over'): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        stream.close();
        resolve({ hasHeard, isLost: how === 'lost' });
      };
      const onAbort = (): void => end('over');
      this.#hurry = () => end('lost');
      const onSilence = (): void => end(hasHeard ? 'over' : 'lost');
      let timer = setTimeout(onSilence, FIRST_EVENT);
      signal.addEventListener('abort', onAbort);
      stream.addEventListener('error', () => end('lost'));
      stream.addEventListener('status', ({ data }) => {
        const event = v.safeParse(v.pipe(v.string(), v.parseJson(), schema), data);
        if (!event.success) {
          end('lost');
          return;
        }
        hasHeard = true;
        clearTimeout(timer);
        timer = setTimeout(onSilence, LONGEST_SILENCE);
        this.options.onAbsence(false);
        this.take(event.output);
        if (this.#isDone()) end('over');
      });
    });
  }

  async #ask(): Promise<void> {
    const { cms, signal, onAbsence } = this.options;
    const schema = statusOf(this.#last.enrolment);
    const status = await sendUntilAnswered(
      () => cms.request(this.#path, schema, { signal }),
      () => onAbsence(true),
      signal,
      this.#timing,
      Infinity,
    );
    onAbsence(false);
    this.take(status);
  }
}

/** Opens an `EventSource` of the browser for an address of the CMS. */
export const openEventSource = (address: string): EventStream => {
  const source = new EventSource(address);
  return {
    addEventListener: (type, listener) =>
      source.addEventListener(type, (event) => listener(event instanceof MessageEvent ? event : {})),
    close: () => source.close(),
  };
};
