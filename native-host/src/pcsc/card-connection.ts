import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { pause, systemClock, type Clock } from '../clock.js';
import type { ApduChannel } from '../iso7816/exchange.js';
import { commandTpdu } from '../iso7816/tpdu.js';
import type { CardProtocol, PcscCard, ShareMode } from './binding.js';
import { meaningOfPcscError } from './pcsc-error.js';

/** Milliseconds between two attempts to take a card that another program holds: PC/SC has no event for it. */
const RETRY_INTERVAL = 200;
/** Milliseconds for which it is tried to have a card alone before it is shared: most programs use one for an instant. */
const ALONE_TIME = 3_000;
/** Milliseconds in which a card answers an APDU that names no other time. Cards take some tens, a signature a second. */
export const ANSWER_TIME = 10_000;

const SHARE_MODES = ['exclusive', 'shared'] as const satisfies readonly ShareMode[];

/**
 * Sees an APDU before it is sent. What it returns is called with what came of that: the answer, or why there is none.
 * Undefined: nobody wants to know.
 */
export type ApduWatch = (
  apdu: Uint8Array,
) => ((outcome: Uint8Array | { readonly failure: unknown }) => void) | undefined;

export interface TakeOptions {
  /** Milliseconds to keep trying while another program holds the card; 0 tries once. */
  readonly patience: number;
  /** Whether a card that cannot be had alone is shared with programs that then wait; default: it is not. */
  readonly mayShare?: boolean;
  /** Milliseconds that the connection may last, for a short look: whatever is unanswered then counts as never answered. */
  readonly timeLimit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called once, when another program holds the card and there is patience to wait. */
  readonly onWaiting?: (() => void) | undefined;
}

/**
 * A connection to one card, of which no other program gets anything, from `take` to `close`. One APDU runs at a time; an abort takes effect between
 * APDUs, since PC/SC cannot cancel one. A card that does not answer in time is mute: its APDU stays where it is, and
 * nothing follows. Closing resets the card, so that no one can ride on what was authenticated.
 */
export class CardConnection implements ApduChannel {
  #queue: Promise<unknown> = Promise.resolve();
  #running = 0;
  #signal: AbortSignal | undefined;
  #ended: CardwrightError | undefined;
  #onIdle: () => void = () => undefined;

  private constructor(
    private readonly card: PcscCard,
    /** When the connection's time ends, in milliseconds since 1970. */
    private readonly deadline: number,
    private readonly clock: Clock,
    private readonly watch: ApduWatch,
  ) {}

  /**
   * Takes a card, waiting for another holder as long as there is patience. One that may be shared is, where it cannot be had alone
   * for some seconds of that.
   *
   * @throws CardwrightError `DEVICE_BUSY`, `CARD_REMOVED`, `CARD_MUTE`, `PCSC_UNAVAILABLE`, `CANCELLED`
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
      for (const mode of SHARE_MODES) {
        throwIfAborted(options.signal);
        if (mode === 'shared' && !(options.mayShare && clock.now() >= startedAt + ALONE_TIME)) continue;
        try {
          const endsAt = clock.now() + (options.timeLimit ?? Infinity);
          return new CardConnection(await connect(mode), endsAt, clock, watch);
        } catch (error) {
          if (!isCardwrightError(error, 'DEVICE_BUSY') || clock.now() >= deadline) throw error;
        }
      }
      if (!told) options.onWaiting?.();
      await pause(clock, Math.min(RETRY_INTERVAL, Math.max(deadline - clock.now(), 0)));
    }
  }

  get protocol(): CardProtocol {
    return this.card.protocol;
  }

  /** Whether an APDU is with the card now. */
  get transmitting(): boolean {
    return this.#running > 0;
  }

  /** Whether APDUs can still be sent. */
  get isUsable(): boolean {
    return this.#ended === undefined;
  }

  /** Names the signal after whose abort no further APDU of the current command starts. */
  abortOn(signal: AbortSignal): void {
    this.#signal = signal;
  }

  /**
   * Sends one APDU.
   *
   * @throws CardwrightError `CARD_REMOVED`, `CARD_MUTE`, `PCSC_UNAVAILABLE`, `CANCELLED`, `PCSC_FORBIDDEN` where the system keeps the
   * application for itself, or `DEVICE_NOT_OPEN` once closed
   */
  transmit(apdu: Uint8Array, answerTime = ANSWER_TIME): Promise<Uint8Array> {
    return this.#enqueue(apdu, answerTime, this.#signal);
  }

  /** The same, also after an abort: for what tells a card that waits for its user to stop. */
  transmitAfterAbort(apdu: Uint8Array, answerTime = ANSWER_TIME): Promise<Uint8Array> {
    return this.#enqueue(apdu, answerTime, undefined);
  }

  #enqueue(apdu: Uint8Array, answerTime: number, signal: AbortSignal | undefined): Promise<Uint8Array> {
    const answer = this.#queue.then(() => this.#send(apdu, answerTime, signal));
    // Only for the order: the caller gets the error.
    this.#queue = answer.catch(() => undefined);
    return answer;
  }

  /**
   * Waits for the APDU that is under way, starts no other, and resets the card. A mute card is not waited for: should it
   * answer at last, it is reset then.
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
      // Whatever fails here (removal, death of the service) does not come back on this connection. Only an application that Windows
      // keeps for administrators leaves the others as they are.
      if (isCardwrightError(meaning) && meaning.code !== 'PCSC_FORBIDDEN') this.#ended ??= meaning;
      throw meaning;
    }
  }

  async #transmit(apdu: Uint8Array): Promise<Uint8Array> {
    this.#running += 1;
    try {
      return await this.card.transmit(this.protocol === 'T=0' ? commandTpdu(apdu) : apdu);
    } finally {
      this.#running -= 1;
      this.#onIdle();
    }
  }
}

/** @throws CardwrightError `CARD_MUTE` when nothing came within the milliseconds; the call continues, and its result is ignored. */
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
