import { until, type InsertedCard, type Stage } from '@cardwright/stage';
import { memoryOf, type CardMemory } from '../card-secrets.js';
import { CardHistory } from './card-history.js';
import type { Fault } from './faults.js';
import { holdCard, type Hold, type HoldOptions } from './hold.js';

export type CardKind = Parameters<Stage['insert']>[0]['profile'];

/** A card that is put into a reader, pulled, and put back: its memory stays. */
export class StagedCard {
  /** What happened to it over all its insertions. */
  readonly history = new CardHistory();
  #inserted: InsertedCard | undefined;
  #stateFile: string | undefined;

  private constructor(
    private readonly stage: Stage,
    readonly kind: CardKind,
    /** Which reader, counted from 0: the same also after the service was restarted. */
    readonly reader: number,
  ) {}

  static async insert(stage: Stage, kind: CardKind, reader: number, faults: readonly Fault[]): Promise<StagedCard> {
    const card = new StagedCard(stage, kind, reader);
    await card.putBack(...faults);
    return card;
  }

  /** Puts it into its reader again: as whole as it was, unless further faults are named. */
  async putBack(...faults: readonly Fault[]): Promise<void> {
    await this.pull();
    this.#inserted = await this.stage.insert({
      profile: this.kind,
      reader: this.reader,
      args: faults.flat(),
      // During the very first APDUs the place of the silicon is not known yet.
      onApdu: (line) => this.history.note(line, this.#stateFile === undefined ? [] : this.tries),
      ...(this.#stateFile === undefined ? {} : { stateFile: this.#stateFile }),
    });
    this.#stateFile = this.#inserted.stateFile;
  }

  /** Takes it out of its reader; nothing happens when it is out already. */
  async pull(how?: Parameters<InsertedCard['pull']>[0]): Promise<void> {
    const inserted = this.#inserted;
    this.#inserted = undefined;
    await inserted?.pull(how);
    if (inserted) this.history.noteTries(this.tries);
  }

  /** The reader's name, as PC/SC tells it and as the wizard shows it. */
  get readerName(): string {
    const reader = this.stage.pcscd.readers[this.reader];
    if (reader === undefined) throw new Error(`there is no reader ${this.reader} now`);
    return reader.name;
  }

  /** Header and status word of every APDU since it was inserted. */
  get apdus(): readonly string[] {
    return this.inserted.apdus;
  }

  /** Waits until it has answered so many APDUs since it was inserted. */
  async reaches(apdu: number): Promise<void> {
    const { apdus } = this.inserted;
    await until(() => apdus.length >= apdu, { what: `APDU ${apdu}` });
  }

  /** Waits until the APDU at which it is held is under way. */
  isHeld(): Promise<void> {
    return this.inserted.held();
  }

  /** Has it answer the APDU at which it is held. */
  release(): void {
    this.inserted.release();
  }

  /** What it remembers: read from its silicon, in a reader or out of it. */
  get memory(): CardMemory {
    return memoryOf(this.stateFile);
  }

  get stateFile(): string {
    if (this.#stateFile === undefined) throw new Error('the card was never inserted');
    return this.#stateFile;
  }

  /** Tries that are left: PIN, PUK. */
  get tries(): [pin: number, puk: number] {
    const { pin, puk } = this.memory;
    return [pin.triesLeft, puk.triesLeft];
  }

  /** Another program takes it, and keeps it until it is released. */
  hold(options?: HoldOptions): Promise<Hold> {
    return holdCard(this.stage.env, this.readerName, options);
  }

  /** As independent tools and judgements want it. */
  get inserted(): InsertedCard {
    if (this.#inserted === undefined) throw new Error('the card is in no reader');
    return this.#inserted;
  }
}
