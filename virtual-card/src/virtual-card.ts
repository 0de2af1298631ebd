import { EventEmitter, once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Card, type Circumstances } from './card/card.js';
import type { ProfileName } from './card/profile.js';
import { StateFile } from './card/state-file.js';
import { Chip } from './chip.js';
import { makeCard } from './factory.js';
import { type Fault, FaultPlan } from './faults.js';
import { VpcdConnection } from './vpcd/vpcd-connection.js';

export interface InsertOptions extends Circumstances {
  /** The TCP port of a vpcd slot. */
  readonly port: number;
  /** Default 127.0.0.1. */
  readonly host?: string;
  /** What card it is. A card that is in the state file already has to be of this profile. */
  readonly profile: ProfileName;
  /** The card's memory. Made with a blank card when it does not exist. */
  readonly stateFile: string;
  /** The serial number of a new card with the `yubikey` profile; random by default. */
  readonly serial?: number;
  /** A new card's PIN and PUK are blocked. */
  readonly locked?: boolean;
  readonly faults?: readonly Fault[];
}

/** One APDU as the log has it: its header and the answer's status word, never data, which may be a PIN or a key. */
export interface ApduRecord {
  /** Counted from 1 at insertion. */
  readonly number: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  /** Undefined when the card gave no answer. */
  readonly statusWord: number | undefined;
}

interface VirtualCardEvents {
  /** An APDU was answered, or will never be. */
  transmit: [ApduRecord];
  /** The card is out of the reader: pulled, by us or by a fault, or the reader went away. */
  removed: [];
  /** An exception inside the card, which the reader sees as 6F00: a defect of the virtual card. */
  defect: [unknown];
}

const INSERTION_TIMEOUT_MS = 5_000;
const STATUS_WORD_BYTES = 2;
/** In place of an ATR: pcscd sees a card and cannot power it. With none at all it would see no card. */
const NO_ANSWER_TO_RESET = Buffer.of(0xff, 0xff);

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
  file.save(state);
  await inserted.connect(options.port, options.host ?? '127.0.0.1');
  return inserted;
}

/** A card in a reader. `insertCard` makes it. */
export class VirtualCard extends EventEmitter<VirtualCardEvents> {
  /** What happened since the insertion, in order. */
  readonly log: ApduRecord[] = [];
  readonly profile: ProfileName;
  /** Undefined on a card that has none. */
  readonly serial: number | undefined;
  readonly #card: Card;
  readonly #file: StateFile;
  readonly #faults: FaultPlan;
  readonly #chip: Chip;
  readonly #gone = new AbortController();
  #connection: VpcdConnection | undefined;
  #apduCount = 0;
  #wasPulledByFault = false;

  constructor(card: Card, file: StateFile, faults: readonly Fault[]) {
    super();
    this.#card = card;
    this.#file = file;
    this.#faults = new FaultPlan(faults);
    this.profile = card.state.profile;
    this.serial = card.state.serial;
    this.#chip = new Chip(card, (error) => this.emit('defect', error));
  }

  /** How many command APDUs arrived since the insertion. */
  get apduCount(): number {
    return this.#apduCount;
  }

  /** Whether a fault has taken it out. */
  get wasPulledByFault(): boolean {
    return this.#wasPulledByFault;
  }

  get isInserted(): boolean {
    return this.#connection?.isOpen ?? false;
  }

  /** Called by `insertCard`. */
  async connect(port: number, host: string): Promise<void> {
    const connection = await VpcdConnection.open(port, host, {
      atr: this.#faults.answersReset ? this.#card.atr : NO_ANSWER_TO_RESET,
      reset: () => this.#chip.reset(),
      transmit: (apdu) => this.#transmit(apdu),
    });
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
   * Takes the card out of the reader. What an APDU that runs just now would have changed is not kept. pcscd looks only
   * every 400 ms: a card that is back in the slot before that was never away for PC/SC clients.
   */
  async pull(): Promise<void> {
    await this.#connection?.close();
  }

  async #transmit(apdu: Buffer): Promise<Buffer | undefined> {
    this.#apduCount += 1;
    const number = this.#apduCount;
    const response = await this.#answer(apdu);
    const [, ins = 0, p1 = 0, p2 = 0] = apdu;
    const statusWord = response?.readUInt16BE(response.length - STATUS_WORD_BYTES);
    const record = { number, ins, p1, p2, statusWord };
    this.log.push(record);
    this.emit('transmit', record);
    return response;
  }

  async #answer(apdu: Buffer): Promise<Buffer | undefined> {
    const fault = this.#faults.next(apdu);
    if (fault?.kind === 'mute') return undefined;
    if (fault?.kind === 'status') return statusOnly(fault.statusWord);
    if (fault?.kind === 'pull') return this.#pullByFault();
    if (fault?.kind === 'delay') await this.#delay(fault.milliseconds);
    if (this.#isGone()) return undefined;
    const response = await this.#chip.transmit(apdu);
    if (this.#isGone()) return undefined;
    this.#file.save(this.#card.state);
    return fault?.kind === 'pull-after' ? this.#pullByFault() : response;
  }

  async #pullByFault(): Promise<undefined> {
    this.#wasPulledByFault = true;
    await this.pull();
  }

  #isGone(): boolean {
    return this.#gone.signal.aborted;
  }

  /** Ends early when the card is pulled meanwhile. */
  async #delay(milliseconds: number): Promise<void> {
    const { signal } = this.#gone;
    await Promise.race([wait(milliseconds, undefined, { ref: false }), aborted(signal)]);
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
