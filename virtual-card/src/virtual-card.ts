import { EventEmitter, once } from 'node:events';
import { Card, type Circumstances, type Touch } from './card/card.js';
import type { CardState } from './card/card-state.js';
import type { ProfileName } from './card/profile.js';
import { StateFile } from './card/state-file.js';
import { Chip } from './chip.js';
import { makeCard } from './factory.js';
import type { Fault } from './faults.js';
import { FaultyCard } from './faulty-card.js';
import { PersistentCard } from './persistent-card.js';
import { type ApduRecord, RecordedCard } from './recorded-card.js';
import { VpcdConnection } from './vpcd/vpcd-connection.js';

export interface InsertOptions extends Circumstances {
  /** The TCP port of a vpcd slot. */
  readonly port: number;
  /** Host of the vpcd slot. Default: 127.0.0.1. */
  readonly host?: string;
  /** The card's profile. A card from the state file must be of this profile. */
  readonly profile: ProfileName;
  /** File with the card's memory. If it does not exist, it is created with a blank card. */
  readonly stateFile: string;
  /** Serial number of a new card. Default: random, of eight digits. Ignored for a profile without `firmware`, whose cards have no serial number. */
  readonly serial?: number;
  /** Set to disable the serial number in attestations of a new card. */
  readonly hidesSerial?: boolean;
  /** Set to block PIN and PUK of a new card. */
  readonly locked?: boolean;
  readonly faults?: readonly Fault[];
}

interface VirtualCardEvents {
  /** An APDU was answered, or it is certain that no answer will come. */
  transmit: [ApduRecord];
  /** A fault `hold` has come to its APDU, which the card executes only after `release()`. */
  held: [];
  /** The card has left the reader: `pull` or a fault removed it, or the reader went away. */
  removed: [];
  /** The card threw an exception that is not a CardError: a defect of the virtual card. The reader gets 6F00. */
  defect: [unknown];
}

const INSERTION_TIMEOUT_MS = 5_000;

/**
 * Puts a virtual card into a vpcd slot. Resolves when the reader has powered the card and read its ATR, so that PC/SC clients see it.
 *
 * @throws when nothing listens on the port, when the reader does not power the card within 5 s (for example, because a card is already in the slot),
 * when the state file cannot be read, is not a card's memory, or is of another profile, or when `contactless` or `pinComplexity` does not fit the
 * profile (constructor of `Card`)
 */
export async function insertCard(options: InsertOptions): Promise<VirtualCard> {
  const file = new StateFile(options.stateFile);
  const state = file.load() ?? (await makeCard(options));
  if (state.profile !== options.profile) {
    throw new Error(`${options.stateFile} is a card of profile ${state.profile}, not ${options.profile}`);
  }
  const inserted = new VirtualCard(new Card(state, options), file, options.faults ?? []);
  await inserted.connect(options.port, options.host ?? '127.0.0.1');
  return inserted;
}

/** A card in the vpcd reader, with its memory in a file. `insertCard` creates it. */
export class VirtualCard extends EventEmitter<VirtualCardEvents> {
  readonly profile: ProfileName;
  /** Serial number. Undefined for a card without a serial number. */
  readonly serial: number | undefined;
  readonly #card: Card;
  readonly #faulty: FaultyCard;
  readonly #recorded: RecordedCard;
  readonly #gone = new AbortController();
  #connection: VpcdConnection | undefined;

  constructor(card: Card, file: StateFile, faults: readonly Fault[]) {
    super();
    const { state } = card;
    this.#card = card;
    this.profile = state.profile;
    this.serial = state.serial;
    const chip = new Chip(card, (error) => this.emit('defect', error));
    const { signal } = this.#gone;
    const persistent = new PersistentCard(chip, state, file, signal);
    this.#faulty = new FaultyCard(persistent, faults, {
      gone: signal,
      pull: () => this.pull(),
      held: () => this.emit('held'),
    });
    this.#recorded = new RecordedCard(this.#faulty, (record) => this.emit('transmit', record));
  }

  /** The card's current memory. Tests read resident credentials and counters there. */
  get state(): CardState {
    return this.#card.state;
  }

  /** Sets what the user does when the card waits for a touch, even while the card is waiting. */
  set touch(touch: Touch) {
    this.#card.touch = touch;
  }

  /** Records of the APDUs since the insertion, in the order of their answers. */
  get log(): readonly ApduRecord[] {
    return this.#recorded.log;
  }

  /** Number of command APDUs received since the insertion, answered or not. */
  get apduCount(): number {
    return this.#recorded.apduCount;
  }

  /** True if a fault has removed the card. */
  get wasPulledByFault(): boolean {
    return this.#faulty.wasPulled;
  }

  /** Lets the card execute and answer the APDU that the fault `hold` holds. Later APDUs are not held. */
  release(): void {
    this.#faulty.release();
  }

  get isInserted(): boolean {
    return this.#connection?.isOpen ?? false;
  }

  /** Connects the card to a vpcd slot. Only `insertCard` calls it. */
  async connect(port: number, host: string): Promise<void> {
    const connection = await VpcdConnection.open(port, host, this.#recorded);
    this.#connection = connection;
    connection.once('closed', () => {
      this.#gone.abort();
      this.emit('removed');
    });
    try {
      await once(connection, 'powered', { signal: AbortSignal.timeout(INSERTION_TIMEOUT_MS) });
    } catch (cause) {
      await connection.close();
      throw new Error(`The reader on port ${port} does not take the card. Is there one in it already?`, { cause });
    }
  }

  /**
   * Pulls the card out of the reader. The changes of an APDU that runs at that moment are not stored. pcscd looks at its readers every 400 ms. If a
   * card is back sooner, PC/SC clients may therefore not notice its removal.
   */
  async pull(): Promise<void> {
    await this.#connection?.close();
  }
}
