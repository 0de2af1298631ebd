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

/** Yubico's instruction that makes the PIV application new. */
const RESET = 0xfb;
const OK = 0x9000;

/** What happens when an APDU arrives, before the card does it. */
export interface Ambush {
  /** Counted from 1 since it was laid. */
  readonly at: number;
  readonly strike: () => void;
}

/** A card with its memory over all its insertions, and all that it was asked. */
export class SimulatedCard {
  readonly history: ApduRecord[] = [];
  readonly #board: ReaderBoard;
  readonly #reader: string;
  readonly #keys: KeySource;
  /** Exceptions that no card should have. */
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
    /** How it is read, and what its user does. */
    private readonly circumstances: Circumstances,
  ) {
    this.#board = board;
    this.#reader = reader;
    this.#keys = keys;
    this.#noteTries();
  }

  /** A card with this memory, in its reader. */
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

  /** Tries left of PIN and PUK, as the silicon has them. */
  get tries(): readonly number[] {
    return [this.state.pin.triesLeft, this.state.puk.triesLeft];
  }

  /** Whether an erasure has begun that is not over: it blocks PIN and PUK before it makes them new. */
  get isBeingErased(): boolean {
    return this.#isBeingErased;
  }

  /** Its user has confirmed that it is erased. */
  beginErasure(): void {
    this.#isBeingErased = true;
  }

  /** The fewest tries that PIN or PUK ever had, but for what an erasure does. */
  get fewestTries(): number {
    return this.#fewestTries;
  }

  /** How many APDUs came since `arm`. */
  get arrived(): number {
    return this.#arrived;
  }

  /** Puts it into its reader, as whole as it was; nothing where it is there. */
  insert(): void {
    if (this.#chip && this.isInserted) return;
    this.#gone = new AbortController();
    const chip = new Chip(new Card(this.state, this.circumstances, this.#keys), (error) => this.defects.push(error));
    this.#chip = chip;
    this.disarm();
    this.#board.insert(this.#reader, {
      atr: chip.atr,
      reset: () => chip.reset(),
      transmit: (apdu) => this.#transmit(apdu),
    });
  }

  pull(): void {
    this.#gone.abort();
    this.#board.remove(this.#reader);
  }

  /** From now on APDUs count from 1, and what is named happens. */
  arm(faults: readonly Fault[], ambushes: readonly Ambush[]): void {
    const chip = this.#chip;
    if (!chip) throw new Error('there is no card to arm');
    this.#arrived = 0;
    this.#ambushes = ambushes;
    this.#armed = new FaultyCard(chip, faults, {
      gone: this.#gone.signal,
      pull: () => {
        this.pull();
        return Promise.resolve();
      },
    });
  }

  /** Nothing more of what was named happens. */
  disarm(): void {
    this.#ambushes = [];
    this.#armed = undefined;
  }

  async #transmit(apdu: Buffer): Promise<Buffer | undefined> {
    this.#arrived += 1;
    for (const { at, strike } of this.#ambushes) if (at === this.#arrived) strike();
    const response = await (this.#armed ?? this.#chip)?.transmit(apdu);
    const [, ins = 0, p1 = 0, p2 = 0] = apdu;
    const statusWord = response && response.length >= 2 ? response.readUInt16BE(response.length - 2) : undefined;
    this.history.push({ number: this.#arrived, ins, p1, p2, statusWord });
    // A fault may have answered in its place.
    const isNew = this.tries.every((left) => left > 0);
    if (ins === RESET && statusWord === OK && isNew) this.#isBeingErased = false;
    if (!this.#isBeingErased) this.#noteTries();
    return response;
  }

  #noteTries(): void {
    this.#fewestTries = Math.min(this.#fewestTries, ...this.tries);
  }
}
