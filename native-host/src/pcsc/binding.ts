/**
 * The part of PC/SC that the host needs, independent of the library. To use another library, implement `PcscBinding` in one file and name
 * it in `load-binding.ts`.
 */

export { PCSC_CODE } from './return-codes.js';

/** A PC/SC call that failed. */
export class PcscError extends Error {
  override readonly name = 'PcscError';

  constructor(
    /** The return code, as an unsigned 32-bit number; 0 if the library returned no code. */
    readonly code: number,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The state of a reader, as PC/SC reports it. */
export interface ReaderStatus {
  readonly present: boolean;
  /** Set when PC/SC reports that the card does not respond. */
  readonly mute: boolean;
  /** Set when a program is connected to the card, exclusively or not. */
  readonly inUse: boolean;
  /** Number of insertions and removals so far. If the number has changed, a card was inserted or removed, even if no event was reported. */
  readonly events: number;
  /** Answer to reset; empty while there is no card. */
  readonly atr: Uint8Array;
}

/** Receives the events of the readers. */
export interface PcscListener {
  /** Called with the complete list of readers: once at the start, even if the list is empty, and after each change. */
  onReaders(names: readonly string[]): void;
  onStatus(reader: string, status: ReaderStatus): void;
  /** Called when the service is gone. No method of the listener is called afterwards. The context cannot be used any more: open a new context. */
  onFailure(error: PcscError): void;
}

export type CardProtocol = 'T=0' | 'T=1';

/**
 * Modes in which a program holds a card:
 * - `exclusive`: no other program is connected to the card;
 * - `shared`: other programs may be connected, but must wait. The whole connection is one transaction, which begins with a reset of the card.
 */
export type ShareMode = 'exclusive' | 'shared';

/** The commands to the reader itself, through the connection to the card in it. */
export interface ReaderControl {
  /** Control code with which this system asks a reader for its features (PC/SC part 10, 2.2: CM_IOCTL_GET_FEATURE_REQUEST). */
  readonly featureRequest: number;
  /**
   * Sends a command to the reader and returns its answer (`SCardControl`). Cannot be cancelled, like an APDU.
   *
   * @throws PcscError, also when reader or driver do not know the command
   */
  control(code: number, data: Uint8Array): Promise<Uint8Array>;
}

/** A connection to one card, which no other program can use meanwhile: see `ShareMode`. */
export interface PcscCard {
  readonly protocol: CardProtocol;
  /** The commands to the card's reader; absent for a device without a reader, such as a USB security key. */
  readonly reader?: ReaderControl;
  /**
   * Sends one APDU and returns the answer. Only one APDU may be sent at a time, and no APDU can be cancelled.
   *
   * @throws PcscError, also when the card is removed meanwhile
   */
  transmit(apdu: Uint8Array): Promise<Uint8Array>;
  /** Resets the card and releases it. */
  disconnect(): Promise<void>;
}

export interface PcscContext {
  /**
   * Takes the card of a reader.
   *
   * @throws PcscError, with `SHARING_VIOLATION` if another program is connected to the card. In mode `shared`, this happens only if the other
   * program is connected exclusively, or has a transaction
   */
  connect(reader: string, mode?: ShareMode): Promise<PcscCard>;
  /**
   * Releases the cards that are still held, and ends the watch of the readers. Resolves when both are done. Until then, a call of the library
   * may keep the process from ending.
   */
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
