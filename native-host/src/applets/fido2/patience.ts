import { CardwrightError } from '@cardwright/protocol';
import type { Clock } from '../../clock.js';
import { CANCEL_TIME, KEEP_ALIVE, STATUS, USER_TIME, WORK_TIME } from './ctap.js';
import type { SendOptions } from './ctap-transport.js';

/**
 * Largest number of checks of the time before the authenticator is asked to stop, and again after that, so that the exchange ends even if the clock
 * stands still.
 */
const MAX_TURNS = 10_000;

/** Limits the time of one message, and decides the result of a cancelled message. All transports share this class. */
export class Patience {
  #deadline: number;
  #ended: 'aborted' | 'late' | undefined;
  #turns = 0;
  #lastKeepAlive = 0;

  /** @throws CardwrightError `CANCELLED` when the signal was aborted before anything was sent */
  constructor(
    private readonly clock: Clock,
    private readonly options: SendOptions,
    milliseconds = options.waitsForUser ? (options.userTime ?? USER_TIME) : WORK_TIME,
  ) {
    if (options.signal?.aborted) throw cancelled(options.signal);
    this.#deadline = clock.now() + milliseconds;
  }

  /** Records a keep-alive of the authenticator. */
  keptAlive(status: number): void {
    this.#lastKeepAlive = status;
    this.options.onKeepAlive?.(status);
  }

  /**
   * True if the authenticator must be asked to stop now: the signal was aborted, or the time is over. Returns true at most once. After that, the
   * authenticator has `CANCEL_TIME` to answer.
   */
  mustStop(): boolean {
    if (this.#ended) return false;
    if (this.options.signal?.aborted) this.#ended = 'aborted';
    else if (this.isOver()) this.#ended = 'late';
    else return false;
    this.#deadline = this.clock.now() + CANCEL_TIME;
    this.#turns = 0;
    return true;
  }

  /** True once the time is over, or after `MAX_TURNS` calls. */
  isOver(): boolean {
    this.#turns += 1;
    return this.#turns > MAX_TURNS || this.clock.now() >= this.#deadline;
  }

  /**
   * Returns the result of the message: the answer, or the status of a timeout if the authenticator gave no answer in time.
   *
   * @param answer status and CBOR; undefined when nothing came in time
   * @throws CardwrightError `CANCELLED` if the authenticator was asked to stop because of an abort, and did not report success
   */
  conclude(answer?: Uint8Array): Uint8Array {
    const status = answer?.[0];
    const isStopped = answer === undefined || status === STATUS.KEEPALIVE_CANCEL;
    if (this.#ended === 'aborted' && status !== STATUS.OK) throw cancelled(this.options.signal);
    if (answer !== undefined && !(this.#ended === 'late' && isStopped)) return answer;
    return Uint8Array.of(this.#lastKeepAlive === KEEP_ALIVE.UP_NEEDED ? STATUS.USER_ACTION_TIMEOUT : STATUS.TIMEOUT);
  }
}

const cancelled = (signal: AbortSignal | undefined): CardwrightError =>
  new CardwrightError('CANCELLED', {}, { cause: signal?.reason });
