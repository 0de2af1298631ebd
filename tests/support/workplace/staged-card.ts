import { until, type InsertedCard, type Stage } from '@cardwright/stage';
import { memoryOf, type CardMemory } from '../card-secrets.js';
import { CardHistory } from './card-history.js';
import type { Fault } from './faults.js';
import { holdCard, type Hold, type HoldOptions } from './hold.js';

export type CardKind = Parameters<Stage['insert']>[0]['profile'];

/** A card that can be inserted, pulled and reinserted; its memory stays. */
export class StagedCard {
  /** Its history over all insertions. */
  readonly history = new CardHistory();
  #inserted: InsertedCard | undefined;
  #stateFile: string | undefined;

  private constructor(
    private readonly stage: Stage,
    readonly kind: CardKind,
    /** The index of its reader, from 0, which stays the same after a restart of the service. */
    readonly reader: number,
  ) {}

  static async insert(stage: Stage, kind: CardKind, reader: number, faults: readonly Fault[]): Promise<StagedCard> {
    const card = new StagedCard(stage, kind, reader);
    await card.putBack(...faults);
    return card;
  }

  /** Reinserts the card, with further faults if any are given. */
  async putBack(...faults: readonly Fault[]): Promise<void> {
    await this.pull();
    this.#inserted = await this.stage.insert({
      profile: this.kind,
      reader: this.reader,
      args: faults.flat(),
      // During the first APDUs the file with the card's memory is not known yet.
      onApdu: (line) => this.history.note(line, this.#stateFile === undefined ? [] : this.tries),
      ...(this.#stateFile === undefined ? {} : { stateFile: this.#stateFile }),
    });
    this.#stateFile = this.#inserted.stateFile;
  }

  /** Takes the card out of its reader; does nothing if it is out. */
  async pull(how?: Parameters<InsertedCard['pull']>[0]): Promise<void> {
    const inserted = this.#inserted;
    this.#inserted = undefined;
    await inserted?.pull(how);
    if (inserted) this.history.noteTries(this.tries);
  }

  /** The reader's name in PC/SC and in the wizard. */
  get readerName(): string {
    const reader = this.stage.pcscd.readers[this.reader];
    if (reader === undefined) throw new Error(`there is no reader ${this.reader} now`);
    return reader.name;
  }

  /** Header and status word of every APDU since its insertion. */
  get apdus(): readonly string[] {
    return this.inserted.apdus;
  }

  /** Waits until the card has answered so many APDUs since its insertion. */
  async reaches(apdu: number): Promise<void> {
    const { apdus } = this.inserted;
    await until(() => apdus.length >= apdu, { what: `APDU ${apdu}` });
  }

  /** Waits until the card holds the APDU of its fault. */
  isHeld(): Promise<void> {
    return this.inserted.held();
  }

  /** Lets the card answer the held APDU. */
  release(): void {
    this.inserted.release();
  }

  /** The card's memory, inside or outside of a reader. */
  get memory(): CardMemory {
    return memoryOf(this.stateFile);
  }

  get stateFile(): string {
    if (this.#stateFile === undefined) throw new Error('the card was never inserted');
    return this.#stateFile;
  }

  /** The tries left of PIN and PUK. */
  get tries(): [pin: number, puk: number] {
    const { pin, puk } = this.memory;
    return [pin.triesLeft, puk.triesLeft];
  }

  /** Makes another program take the card and keep it until released. */
  hold(options?: HoldOptions): Promise<Hold> {
    return holdCard(this.stage.env, this.readerName, options);
  }

  /** The inserted card, for independent tools and checks. */
  get inserted(): InsertedCard {
    if (this.#inserted === undefined) throw new Error('the card is in no reader');
    return this.#inserted;
  }
}
