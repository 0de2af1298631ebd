import { PCSC_CODE, PcscError, type ShareMode } from '@cardwright/native-host/in-process';
import type { Connection, Disposition, ReaderSlot } from './reader-slot.js';

export interface PcscProgramOptions {
  /** False to be refused where libpcsclite waits for the end of another program's transaction (its variable `PCSCLITE_NO_BLOCKING`). Default: true. */
  readonly waits?: boolean;
}

/** Another program on the user's computer, with one card. Its calls and return codes are those of libpcsclite. */
export class PcscProgram {
  readonly #waits: boolean;
  #connection: Connection | undefined;

  constructor(
    private readonly slot: ReaderSlot,
    { waits = true }: PcscProgramOptions = {},
  ) {
    this.#waits = waits;
  }

  /** Waits for the end of a transaction, as pcscd does. */
  async connect(mode: ShareMode): Promise<void> {
    await Promise.resolve();
    while (this.slot.isInTransaction) await this.slot.released();
    this.#connection = this.slot.connect(this, mode);
  }

  /** Connects as soon as there is a card that lets it. */
  async seize(mode: ShareMode): Promise<void> {
    for (;;) {
      try {
        await this.connect(mode);
        return;
      } catch (error) {
        if (!isRefusal(error, 'SHARING_VIOLATION') && !isRefusal(error, 'NO_SMARTCARD')) throw error;
      }
      await this.slot.released();
    }
  }

  /** Resolves once a program is connected to the card. */
  async othersConnect(): Promise<void> {
    while (!this.slot.status.inUse) await this.slot.released();
  }

  /** Resolves when so many connections of other programs were refused. */
  refuses(count: number): Promise<void> {
    return this.slot.refusals(count);
  }

  reconnect(disposition: Disposition): Promise<void> {
    return this.#patiently(() => this.slot.reconnect(this.#handle, disposition));
  }

  /** Waits for the end of another program's transaction even where no other call does, as SCardBeginTransaction of libpcsclite. */
  begin(): Promise<void> {
    return this.#patiently(() => this.slot.begin(this.#handle), true);
  }

  async end(disposition: Disposition): Promise<void> {
    await Promise.resolve();
    this.slot.end(this.#handle, disposition);
  }

  disconnect(disposition: Disposition): Promise<void> {
    return this.slot.disconnect(this.#handle, disposition);
  }

  /** @param apdu hexadecimal; so is the answer */
  async transmit(apdu: string): Promise<string> {
    const answer = await this.#patiently(() => this.slot.transmit(this.#handle, Buffer.from(apdu, 'hex')));
    return Buffer.from(answer).toString('hex').toUpperCase();
  }

  /** Ends the program, as a crash does. */
  kill(): Promise<void> {
    return this.slot.abandon(this);
  }

  get #handle(): Connection {
    if (!this.#connection) throw new PcscError(PCSC_CODE.INVALID_HANDLE, 'the program is not connected');
    return this.#connection;
  }

  /** Repeats a call that is refused because of another program's transaction, as libpcsclite does. */
  async #patiently<T>(call: () => T | Promise<T>, waits = this.#waits): Promise<T> {
    for (;;) {
      try {
        return await call();
      } catch (error) {
        if (!isRefusal(error, 'SHARING_VIOLATION') || !waits) throw error;
      }
      await this.slot.released();
    }
  }
}

/** True if PC/SC has refused a call with this code. */
export const isRefusal = (error: unknown, name: keyof typeof PCSC_CODE): error is PcscError =>
  error instanceof PcscError && error.code === PCSC_CODE[name];
