import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { CardInReader } from './card-in-reader.js';
import { type Fault, FaultPlan } from './faults.js';

/** Replaces the ATR for the fault `mute@0`, so that pcscd detects a card but cannot power it. Without any ATR, pcscd would detect no card. */
const NO_ANSWER_TO_RESET = Buffer.of(0xff, 0xff);
const STATUS_WORD_BYTES = 2;
const OK = 0x9000;
const ALL_BITS = 0xff;

/** The part of a reader that a faulty card needs. */
export interface Slot {
  /** Aborts when the card has left the reader. */
  readonly gone: AbortSignal;
  /** Takes the card out of the reader. */
  pull(): Promise<void>;
  /** Called when a fault `hold` has come to its APDU. */
  held?(): void;
}

/** Wraps a card and injects faults. Works in any reader that offers a `Slot`. */
export class FaultyCard implements CardInReader {
  readonly #card: CardInReader;
  readonly #plan: FaultPlan;
  readonly #slot: Slot;
  readonly #released = new AbortController();
  #wasPulled = false;
  /** The last answer of the card itself, which a fault has not changed. 9000 while the card has not answered yet. */
  #last = statusOnly(OK);

  constructor(card: CardInReader, faults: readonly Fault[], slot: Slot) {
    this.#card = card;
    this.#plan = new FaultPlan(faults);
    this.#slot = slot;
  }

  get atr(): Buffer {
    return this.#plan.answersReset ? this.#card.atr : NO_ANSWER_TO_RESET;
  }

  /** True if a fault has removed the card. */
  get wasPulled(): boolean {
    return this.#wasPulled;
  }

  /** Lets the card execute and answer the held APDU. Later APDUs are not held. */
  release(): void {
    this.#released.abort();
  }

  reset(): void {
    this.#card.reset();
  }

  async transmit(apdu: Buffer): Promise<Buffer | undefined> {
    const fault = this.#plan.next(apdu);
    if (fault?.kind === 'mute') return undefined;
    if (fault?.kind === 'status') return statusOnly(fault.statusWord);
    if (fault?.kind === 'ctap') return Buffer.concat([Buffer.of(fault.ctapStatus), statusOnly(OK)]);
    if (fault?.kind === 'keep-puk') return statusOnly(OK);
    if (fault?.kind === 'stale') return this.#last;
    if (fault?.kind === 'pull') return this.#pull();
    if (fault?.kind === 'delay') await this.#delay(fault.milliseconds);
    if (fault?.kind === 'hold') await this.#hold();
    const response = await this.#card.transmit(apdu);
    if (response) this.#last = response;
    if (fault?.kind === 'pull-after') return this.#pull();
    return fault?.kind === 'garble' && response ? garbled(response) : response;
  }

  async #pull(): Promise<undefined> {
    this.#wasPulled = true;
    await this.#slot.pull();
  }

  /** Waits until the card is released, or has left the reader. */
  async #hold(): Promise<void> {
    this.#slot.held?.();
    await Promise.race([aborted(this.#released.signal), aborted(this.#slot.gone)]);
  }

  /** Waits for this time, or until the card has left the reader. */
  async #delay(milliseconds: number): Promise<void> {
    await Promise.race([wait(milliseconds, undefined, { ref: false }), aborted(this.#slot.gone)]);
  }
}

function aborted(signal: AbortSignal): Promise<unknown> {
  return signal.aborted ? Promise.resolve() : once(signal, 'abort');
}

function statusOnly(statusWord: number): Buffer {
  const response = Buffer.alloc(STATUS_WORD_BYTES);
  response.writeUInt16BE(statusWord);
  return response;
}

/** Inverts all bits of the data, and keeps the status word. If there is no data, removes the first byte of the status word. */
function garbled(response: Buffer): Buffer {
  const end = response.length - STATUS_WORD_BYTES;
  if (end <= 0) return response.subarray(1);
  return Buffer.concat([response.subarray(0, end).map((byte) => byte ^ ALL_BITS), response.subarray(end)]);
}
