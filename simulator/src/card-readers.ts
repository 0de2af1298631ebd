import { type CardFacts, type InsertedCard, type Insertion, readCardFacts, type Stage } from '@cardwright/stage';

const READERS = 2;

/** Cards that can be inserted: profiles of the virtual card. */
export const CARDS = ['yubikey', 'yubikey-4.3.7', 'yubikey-5.8', 'piv', 'no-piv'] as const;
export type CardKind = (typeof CARDS)[number];

export const isCardKind = (name: string): name is CardKind => CARDS.some((one) => one === name);

/** A card with the name that it got when it was new. */
export interface NamedCard {
  readonly name: string;
  readonly kind: CardKind;
}

interface KeptCard extends NamedCard {
  readonly stateFile: string;
}

/** The readers, and all cards that were ever in them. At most one card is in a reader at a time. */
export class CardReaders {
  readonly #cards = new Map<string, KeptCard>();
  #inReader: { readonly card: KeptCard; readonly inserted: InsertedCard } | null = null;

  constructor(private readonly stage: Stage) {}

  /** All cards, the oldest first. */
  get cards(): readonly NamedCard[] {
    return [...this.#cards.values()].map(named);
  }

  /** The card in a reader. Null if no card was inserted, or if the card was pulled, has failed or has lost its reader. */
  get card(): NamedCard | null {
    return this.#inReader?.inserted.isInserted === true ? named(this.#inReader.card) : null;
  }

  /** True while the smart card service is running. */
  get isRunning(): boolean {
    return this.stage.pcscd.pid !== undefined;
  }

  knows(name: string): boolean {
    return this.#cards.has(name);
  }

  /**
   * Inserts a new card in place of the current one.
   *
   * @param options `args` are further arguments of the virtual card, such as faults
   * @throws RangeError when another card has the name, or the name is a CardKind
   */
  async insert(
    kind: CardKind,
    { name = this.#newName(), args = [] }: { readonly name?: string; readonly args?: readonly string[] } = {},
  ): Promise<NamedCard> {
    if (this.knows(name) || isCardKind(name)) throw new RangeError('There is a card of this name already.');
    const inserted = await this.#intoReader({ profile: kind, args });
    const card = { name, kind, stateFile: inserted.stateFile };
    this.#cards.set(name, card);
    this.#inReader = { card, inserted };
    return named(card);
  }

  /** Inserts a card that was in a reader before. The card has its earlier memory, and no fault. Throws a RangeError if there was no such card. */
  async putBack(name: string): Promise<NamedCard> {
    const card = this.#known(name);
    this.#inReader = { card, inserted: await this.#intoReader({ profile: card.kind, stateFile: card.stateFile }) };
    return named(card);
  }

  async pull(): Promise<void> {
    const inReader = this.#inReader;
    this.#inReader = null;
    await inReader?.inserted.pull();
  }

  /**
   * Reads the memory of a card.
   *
   * @param name default: the card in the reader
   * @throws RangeError when there is no such card
   */
  facts(name = this.card?.name): CardFacts {
    if (name === undefined) throw new RangeError('There is no card in the reader.');
    return readCardFacts(this.#known(name).stateFile);
  }

  /** Pulls the card and stops the smart card service. */
  async stop(): Promise<void> {
    await this.pull();
    await this.stage.pcscd.end();
  }

  /**
   * Pulls the card and restarts the smart card service. Starts the service if it is not running.
   *
   * @param readers number of readers of the restarted service
   */
  async restart(readers = READERS): Promise<void> {
    await this.pull();
    await this.stage.pcscd.restart({ readers });
  }

  /** Starts the smart card service again if it has ended or has no reader. */
  async revive(): Promise<void> {
    if (!this.isRunning || this.stage.pcscd.readers.length === 0) await this.restart();
  }

  #known(name: string): KeptCard {
    const card = this.#cards.get(name);
    if (!card) throw new RangeError('There was never a card of this name.');
    return card;
  }

  #newName(): string {
    for (let number = this.#cards.size + 1; ; number += 1) if (!this.knows(`card-${number}`)) return `card-${number}`;
  }

  async #intoReader(insertion: Insertion): Promise<InsertedCard> {
    await this.pull();
    await this.revive();
    return this.stage.insert(insertion);
  }
}

const named = ({ name, kind }: NamedCard): NamedCard => ({ name, kind });
