import type { CardState } from './card/card-state.js';
import type { StateFile } from './card/state-file.js';
import type { CardInReader } from './card-in-reader.js';

/** Wraps a card and stores its memory in a file: at insertion, and after each APDU, before the answer is sent. */
export class PersistentCard implements CardInReader {
  readonly #card: CardInReader;
  readonly #state: CardState;
  readonly #file: StateFile;
  readonly #gone: AbortSignal;

  /** @param gone aborts when the card has left the reader; the changes of an APDU that runs at that moment are not stored */
  constructor(card: CardInReader, state: CardState, file: StateFile, gone: AbortSignal) {
    this.#card = card;
    this.#state = state;
    this.#file = file;
    this.#gone = gone;
    file.save(state);
  }

  get atr(): Buffer {
    return this.#card.atr;
  }

  reset(): void {
    this.#card.reset();
  }

  async transmit(apdu: Buffer): Promise<Buffer | undefined> {
    if (this.#isGone()) return undefined;
    const response = await this.#card.transmit(apdu);
    if (this.#isGone()) return undefined;
    this.#file.save(this.#state);
    return response;
  }

  #isGone(): boolean {
    return this.#gone.aborted;
  }
}
