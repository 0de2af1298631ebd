import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { pause, systemClock, type Clock } from '../clock.js';
import type { ApduChannel } from '../iso7816/exchange.js';
import { commandTpdu } from '../iso7816/tpdu.js';
import { PCSC_CODE, PcscError, type CardProtocol, type PcscCard, type ShareMode } from './binding.js';
import { endsConnection, meaningOfPcscError } from './pcsc-error.js';

/** Milliseconds between two attempts to take a card that another program holds. PC/SC has no event for the release of a card. */
const RETRY_INTERVAL = 200;
/**
 * Milliseconds to try for an exclusive connection, before the card may be taken in shared mode. This time is usually enough, because most
 * programs use a card only for an instant.
 */
const ALONE_TIME = 3_000;
/** Default limit, in milliseconds, for the answer to an APDU. Cards take some tens of milliseconds, and a second for a signature. */
export const ANSWER_TIME = 10_000;

const SHARE_MODES = ['exclusive', 'shared'] as const satisfies readonly ShareMode[];

/**
 * Observes an APDU before it is sent. The returned function is called with the outcome: the answer, or the reason why no answer came. Returns
 * undefined if the outcome is of no interest.
 */
export type ApduWatch = (
  apdu: Uint8Array,
) => ((outcome: Uint8Array | { readonly failure: unknown }) => void) | undefined;

export interface TakeOptions {
  /** Milliseconds to wait while another program holds the card; 0 for a single attempt. */
  readonly patience: number;
  /** Set to share a card that cannot be taken exclusively. Other connected programs then wait. Default: false. */
  readonly mayShare?: boolean;
  /**
   * Milliseconds that the connection may last; default: no limit. An APDU that is unanswered at the end of this time, or is sent later, fails
   * with `CARD_MUTE`.
   */
  readonly timeLimit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once, with `DEVICE_BUSY`, when someone else holds the card and `patience` permits waiting. */
  readonly onWaiting?: ((busy: CardwrightError) => void) | undefined;
}

/** A command to the reader. */
export interface ControlRequest {
  readonly code: number;
  readonly data: Uint8Array;
  /** Milliseconds that the reader has to answer. Default: `ANSWER_TIME`. */
  readonly answerTime?: number;
  /** The APDU that the reader completes and sends to the card; absent if the command is for the reader alone. */
  readonly apdu?: Uint8Array;
}

/**
 * A connection to one card. From `take` to `close`, no other program can use the card.
 *
 * One APDU runs at a time. An abort takes effect between APDUs, because PC/SC cannot cancel an APDU. A card that does not answer in time is
 * mute: its APDU stays unanswered, and no further APDU is sent. Closing resets the card, so that no other program can use its security status.
 */
export class CardConnection implements ApduChannel {
  #queue: Promise<unknown> = Promise.resolve();
  #running = 0;
  #signal: AbortSignal | undefined;
  #ended: CardwrightError | undefined;
  #onIdle: () => void = () => undefined;

  private constructor(
    private readonly card: PcscCard,
    /** End of the connection's time, in milliseconds since 1970. */
    private readonly deadline: number,
    private readonly clock: Clock,
    private readonly watch: ApduWatch,
  ) {}

  /**
   * Takes a card. While another program holds the card, waits as `patience` permits. If `mayShare` is set, and the card cannot be taken
   * exclusively within `ALONE_TIME`, takes it in shared mode.
   *
   * @throws CardwrightError `DEVICE_BUSY` after `patience`, `CANCELLED` after an abort, and any other error of `connect`
   */
  static async take(
    connect: (mode: ShareMode) => Promise<PcscCard>,
    options: TakeOptions,
    clock: Clock = systemClock,
    watch: ApduWatch = () => undefined,
  ): Promise<CardConnection> {
    const startedAt = clock.now();
    const deadline = startedAt + options.patience;
    for (let told = false; ; told = true) {
      let busy = new CardwrightError('DEVICE_BUSY');
      for (const mode of SHARE_MODES) {
        throwIfAborted(options.signal);
        if (mode === 'shared' && !(options.mayShare && clock.now() >= startedAt + ALONE_TIME)) continue;
        try {
          const endsAt = clock.now() + (options.timeLimit ?? Infinity);
          return new CardConnection(await connect(mode), endsAt, clock, watch);
        } catch (error) {
          if (!isCardwrightError(error, 'DEVICE_BUSY') || clock.now() >= deadline) throw error;
          busy = error;
        }
      }
      if (!told) options.onWaiting?.(busy);
      await pause(clock, Math.min(RETRY_INTERVAL, Math.max(deadline - clock.now(), 0)));
    }
  }

  get protocol(): CardProtocol {
    return this.card.protocol;
  }

  /** True while an APDU is unanswered. */
  get transmitting(): boolean {
    return this.#running > 0;
  }

  /** True until an error or `close` has ended the connection. */
  get isUsable(): boolean {
    return this.#ended === undefined;
  }

  /** Sets the signal of the current command. After the signal's abort, `transmit` sends no further APDU. */
  abortOn(signal: AbortSignal): void {
    this.#signal = signal;
  }

  /**
   * Sends one APDU.
   *
   * @throws CardwrightError `CARD_REMOVED`, `READER_REMOVED`, `CARD_RESET`, `CARD_MUTE`, `PCSC_UNAVAILABLE`, `PCSC_ERROR`, `CANCELLED`,
   *   `PCSC_FORBIDDEN` if the operating system reserves the application, or `DEVICE_NOT_OPEN` after `close`
   */
  transmit(apdu: Uint8Array, answerTime = ANSWER_TIME): Promise<Uint8Array> {
    return this.#enqueue(apdu, answerTime, this.#signal);
  }

  /** Sends one APDU even after an abort, to cancel a command during which the card waits for its user. */
  transmitAfterAbort(apdu: Uint8Array, answerTime = ANSWER_TIME): Promise<Uint8Array> {
    return this.#enqueue(apdu, answerTime, undefined);
  }

  /** Control code with which the reader is asked for its features; undefined for a device without a reader. */
  get featureRequest(): number | undefined {
    return this.card.reader?.featureRequest;
  }

  /**
   * Sends a command to the reader, in its turn among the APDUs. A refusal of the reader leaves the connection as it is.
   *
   * @throws PcscError if the reader refuses the command
   * @throws CardwrightError as `transmit`, if the error ends the connection
   */
  control({ code, data, answerTime = ANSWER_TIME, apdu }: ControlRequest): Promise<Uint8Array> {
    const signal = this.#signal;
    return this.#inTurn(async () => {
      if (this.#ended) throw this.#ended;
      throwIfAborted(signal);
      const tell = apdu && this.watch(apdu);
      try {
        const answer = await answeredWithin(answerTime, this.clock, () => this.#control(code, data));
        tell?.(answer);
        return answer;
      } catch (error) {
        const meaning = meaningOfPcscError(error);
        tell?.({ failure: meaning });
        if (!endsConnection(error)) throw error;
        if (isCardwrightError(meaning)) this.#ended ??= meaning;
        throw meaning;
      }
    });
  }

  #enqueue(apdu: Uint8Array, answerTime: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    return this.#inTurn(() => this.#send(apdu, answerTime, signal));
  }

  #inTurn(send: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const answer = this.#queue.then(send);
    // The queue only keeps the order. The caller gets the error.
    this.#queue = answer.catch(() => undefined);
    return answer;
  }

  /**
   * Waits for the current APDU, then resets and releases the card. No further APDU is sent. Does not wait for a mute card. This card is reset
   * and released if it answers later.
   */
  async close(): Promise<void> {
    if (isCardwrightError(this.#ended, 'DEVICE_NOT_OPEN')) return;
    this.#ended = new CardwrightError('DEVICE_NOT_OPEN');
    await this.#queue;
    if (this.transmitting) this.#onIdle = () => void this.card.disconnect();
    else await this.card.disconnect();
  }

  async #send(apdu: Uint8Array, answerTime: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    if (this.#ended) throw this.#ended;
    throwIfAborted(signal);
    const tell = this.watch(apdu);
    try {
      const time = Math.min(answerTime, this.deadline - this.clock.now());
      const answer = await answeredWithin(time, this.clock, () => this.#transmit(apdu));
      tell?.(answer);
      return answer;
    } catch (error) {
      const meaning = meaningOfPcscError(error);
      tell?.({ failure: meaning });
      // An error of PC/SC, for example after a removal of the card, ends this connection for good. `PCSC_FORBIDDEN` is the exception: Windows
      // reserves one application of the card for administrators, and the other applications stay usable.
      if (isCardwrightError(meaning) && meaning.code !== 'PCSC_FORBIDDEN') this.#ended ??= meaning;
      throw meaning;
    }
  }

  #transmit(apdu: Uint8Array): Promise<Uint8Array> {
    return this.#counted(() => this.card.transmit(this.protocol === 'T=0' ? commandTpdu(apdu) : apdu));
  }

  async #control(code: number, data: Uint8Array): Promise<Uint8Array> {
    const { reader } = this.card;
    if (!reader) throw new PcscError(PCSC_CODE.UNSUPPORTED_FEATURE, 'the device has no reader');
    return this.#counted(() => reader.control(code, data));
  }

  async #counted(call: () => Promise<Uint8Array>): Promise<Uint8Array> {
    this.#running += 1;
    try {
      return await call();
    } finally {
      this.#running -= 1;
      this.#onIdle();
    }
  }
}

/**
 * Waits for an answer.
 *
 * @throws CardwrightError `CARD_MUTE` after `time` milliseconds; the call continues, and its result is ignored. If `time` is not positive, `ask`
 *   is not called
 */
async function answeredWithin<T>(time: number, clock: Clock, ask: () => Promise<T>): Promise<T> {
  if (time <= 0) throw new CardwrightError('CARD_MUTE');
  let cancel = (): void => undefined;
  const silence = new Promise<never>((_, reject) => {
    cancel = clock.after(time, () => reject(new CardwrightError('CARD_MUTE')));
  });
  try {
    return await Promise.race([ask(), silence]);
  } finally {
    cancel();
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CardwrightError('CANCELLED', {}, { cause: signal.reason });
}
