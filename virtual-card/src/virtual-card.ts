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
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** Which card it is. A card that is in the state file already has to be of this profile. */
  readonly profile: ProfileName;
  /** The card's memory. Made with a blank card when it does not exist. */
  readonly stateFile: string;
  /** The serial number of a new card with the `yubikey` profile; random by default. */
  readonly serial?: number;
  /** Attestations of a new card do not name its serial number. */
  readonly hidesSerial?: boolean;
  /** A new card's PIN and PUK are blocked. */
  readonly locked?: boolean;
  readonly faults?: readonly Fault[];
}

interface VirtualCardEvents {
  /** An APDU was answered, or will never be. */
  transmit: [ApduRecord];
  /** An APDU is under way, and is held until `release`. */
  held: [];
  /** The card is out of the reader: pulled, by us or by a fault, or the reader went away. */
  removed: [];
  /** An exception inside the card, which the reader sees as 6F00: a defect of the virtual card. */
  defect: [unknown];
}

const INSERTION_TIMEOUT_MS = 5_000;

/**
 * Puts a virtual card into a vpcd slot. Resolves when the reader has powered it and read its ATR: PC/SC clients see it.
 *
 * @throws when nothing listens on the port, when there is a card in the slot already (nothing happens for 5 s), or
 * when the state file is of another profile
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

/** A card in the vpcd reader, with its memory in a file. `insertCard` makes it. */
export class VirtualCard extends EventEmitter<VirtualCardEvents> {
  readonly profile: ProfileName;
  /** Undefined on a card that has none. */
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

  /** The card's memory as it is now, for tests: its resident credentials, its counters. */
  get state(): CardState {
    return this.#card.state;
  }

  /** Has its user do this from now on when it waits for a touch, even if it waits already. */
  set touch(touch: Touch) {
    this.#card.touch = touch;
  }

  /** What happened since the insertion, in order. */
  get log(): readonly ApduRecord[] {
    return this.#recorded.log;
  }

  /** How many command APDUs arrived since the insertion. */
  get apduCount(): number {
    return this.#recorded.apduCount;
  }

  /** Whether a fault has taken it out. */
  get wasPulledByFault(): boolean {
    return this.#faulty.wasPulled;
  }

  /** Carries out and answers the APDU that the fault `hold` holds; holds none from now on. */
  release(): void {
    this.#faulty.release();
  }

  get isInserted(): boolean {
    return this.#connection?.isOpen ?? false;
  }

  /** Called by `insertCard`. */
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
   * Takes the card out of the reader. Changes of an APDU that runs just now are not kept. pcscd looks only
   * every 400 ms, so to PC/SC clients a card that is back before that was never away.
   */
  async pull(): Promise<void> {
    await this.#connection?.close();
  }
}
