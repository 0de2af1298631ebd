import {
  Card,
  type ApduRecord,
  type CardState,
  Chip,
  type Circumstances,
  type Fault,
  FaultyCard,
  type KeySource,
} from '@cardwright/virtual-card';
import type { ReaderBoard } from './reader-board.js';

/** Yubico's instruction that resets the PIV application. */
const RESET = 0xfb;
const OK = 0x9000;

/** An action when an APDU arrives, before the card executes it. */
export interface Ambush {
  /** The number of the APDU, counted from 1 since `arm`. */
  readonly at: number;
  readonly strike: () => void;
}

/** A card that keeps its memory and the history of its APDUs over all insertions. */
export class SimulatedCard {
  readonly history: ApduRecord[] = [];
  readonly #board: ReaderBoard;
  readonly #reader: string;
  readonly #keys: KeySource;
  /** Exceptions that the card threw, which none should. */
  readonly defects: unknown[] = [];
  #chip: Chip | undefined;
  #armed: FaultyCard | undefined;
  #gone = new AbortController();
  #fewestTries = Infinity;
  #isBeingErased = false;
  #ambushes: readonly Ambush[] = [];
  #arrived = 0;

  private constructor(
    readonly state: CardState,
    board: ReaderBoard,
    reader: string,
    keys: KeySource,
    /** The card's reader and its user. */
    private readonly circumstances: Circumstances,
  ) {
    this.#board = board;
    this.#reader = reader;
    this.#keys = keys;
    this.#noteTries();
  }

  /** Puts a card with this memory into a reader. */
  static insert(
    board: ReaderBoard,
    reader: string,
    state: CardState,
    keys: KeySource,
    circumstances: Circumstances = {},
  ): SimulatedCard {
    const card = new SimulatedCard(state, board, reader, keys, circumstances);
    card.insert();
    return card;
  }

  get isInserted(): boolean {
    return !this.#gone.signal.aborted;
  }

  /** The tries left of PIN and PUK, read from its memory. */
  get tries(): readonly number[] {
    return [this.state.pin.triesLeft, this.state.puk.triesLeft];
  }

  /** True during an erasure, which blocks PIN and PUK before it resets them. */
  get isBeingErased(): boolean {
    return this.#isBeingErased;
  }

  /** Notes that its user has confirmed an erasure. */
  beginErasure(): void {
    this.#isBeingErased = true;
  }

  /** The fewest tries that PIN, PUK or FIDO PIN ever had left, erasures aside. */
  get fewestTries(): number {
    return this.#fewestTries;
  }

  /** The number of APDUs since `arm`. */
  get arrived(): number {
    return this.#arrived;
  }

  /** Reinserts the card unchanged, and disarms it; does nothing if it is in its reader. */
  insert(): void {
    if (this.#chip && this.isInserted) return;
    this.disarm();
    this.#power();
  }

  /** Takes the card out and inserts it again within an operation: faults stay armed, and the count of APDUs continues. */
  reinsert(): void {
    // A fault may have pulled it already.
    if (!this.isInserted) return;
    this.pull();
    this.#power();
  }

  pull(): void {
    this.#gone.abort();
    this.#board.remove(this.#reader);
  }

  /** Restarts the count of APDUs at 1, and arms faults and ambushes. */
  arm(faults: readonly Fault[], ambushes: readonly Ambush[]): void {
    const chip = this.#chip;
    if (!chip) throw new Error('there is no card to arm');
    this.#arrived = 0;
    this.#ambushes = ambushes;
    const { atr } = chip;
    // The chip is another one after a reinsertion.
    const current = {
      atr,
      reset: () => this.#chip?.reset(),
      transmit: (apdu: Buffer) => this.#chip?.transmit(apdu) ?? Promise.resolve(undefined),
    };
    this.#armed = new FaultyCard(current, faults, {
      gone: this.#gone.signal,
      pull: () => {
        this.pull();
        return Promise.resolve();
      },
    });
  }

  /** Removes the remaining faults and ambushes. */
  disarm(): void {
    this.#ambushes = [];
    this.#armed = undefined;
  }

  #power(): void {
    this.#gone = new AbortController();
    const chip = new Chip(new Card(this.state, this.circumstances, this.#keys), (error) => this.defects.push(error));
    this.#chip = chip;
    this.#board.insert(this.#reader, {
      atr: chip.atr,
      reset: () => chip.reset(),
      transmit: (apdu) => this.#transmit(apdu),
    });
  }

  async #transmit(apdu: Buffer): Promise<Buffer | undefined> {
    this.#arrived += 1;
    for (const { at, strike } of this.#ambushes) if (at === this.#arrived) strike();
    const response = await (this.#armed ?? this.#chip)?.transmit(apdu);
    const [, ins = 0, p1 = 0, p2 = 0] = apdu;
    const statusWord = response && response.length >= 2 ? response.readUInt16BE(response.length - 2) : undefined;
    this.history.push({ number: this.#arrived, ins, p1, p2, statusWord });
    // A fault may have answered in the card's place.
    const isNew = this.tries.every((left) => left > 0);
    if (ins === RESET && statusWord === OK && isNew) this.#isBeingErased = false;
    if (!this.#isBeingErased) this.#noteTries();
    return response;
  }

  #noteTries(): void {
    const { fido } = this.state;
    this.#fewestTries = Math.min(this.#fewestTries, ...this.tries, ...(fido ? [fido.pinTriesLeft] : []));
  }
}
