/**
 * The part of PC/SC that the host needs, independent of the library. To use another library, implement `PcscBinding` in one file and name
 * it in `load-binding.ts`.
 */

export { PCSC_CODE } from './return-codes.js';

/** A PC/SC call that failed. */
export class PcscError extends Error {
  override readonly name = 'PcscError';

  constructor(
    /** The return code, as an unsigned 32-bit number; 0 where the library gave none. */
    readonly code: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The state of a reader, as it reports it. */
export interface ReaderStatus {
  readonly present: boolean;
  /** Set when the card answers its reset and nothing else, or not even that. */
  readonly mute: boolean;
  /** Set when a program is connected to the card, exclusively or not. */
  readonly inUse: boolean;
  /** Counts insertions and removals. Two states with different counts are different insertions, because events coalesce. */
  readonly events: number;
  /** Answer to reset; empty while there is no card. */
  readonly atr: Uint8Array;
}

/** Receives the events of the readers. */
export interface PcscListener {
  /** The complete list of readers: once at the start, even when it is empty, and after each change. */
  onReaders(names: readonly string[]): void;
  onStatus(reader: string, status: ReaderStatus): void;
  /** Called when the service is gone. Nothing follows, and the context is useless: open another. */
  onFailure(error: PcscError): void;
}

export type CardProtocol = 'T=0' | 'T=1';

/**
 * How a card is held:
 * - `exclusive`: no other program is connected to it;
 * - `shared`: other programs may be connected, and wait. The whole connection is one transaction, which begins with a reset of the card.
 */
export type ShareMode = 'exclusive' | 'shared';

/** A connection to one card, closed to other programs: see `ShareMode`. */
export interface PcscCard {
  readonly protocol: CardProtocol;
  /**
   * Sends one APDU; only one at a time. It cannot be cancelled.
   *
   * @throws PcscError, also when the card was pulled meanwhile
   */
  transmit(apdu: Uint8Array): Promise<Uint8Array>;
  /** Resets the card and releases it. */
  disconnect(): Promise<void>;
}

export interface PcscContext {
  /**
   * Takes the card of a reader.
   *
   * @throws PcscError, with `SHARING_VIOLATION` when another program has it. A card can be shared with a program that is connected to
   * it neither exclusively nor in a transaction
   */
  connect(reader: string, mode?: ShareMode): Promise<PcscCard>;
  /** Ends all watching. Resolves once nothing runs any more; the process cannot end before. */
  close(): Promise<void>;
}

export interface PcscBinding {
  /**
   * Connects to the PC/SC service.
   *
   * @throws PcscError when the service is missing, or refuses this program
   */
  open(listener: PcscListener): PcscContext;
}
