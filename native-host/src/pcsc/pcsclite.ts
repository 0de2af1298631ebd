import type { EventEmitter } from 'node:events';
import pcsc from 'pcsclite';
import {
  PCSC_CODE,
  PcscError,
  type CardProtocol,
  type PcscBinding,
  type PcscCard,
  type PcscContext,
  type PcscListener,
} from './binding.js';

/** PC/SC through the npm package pcsclite 1.0.1. Comments say where it behaves unexpectedly. */
export const pcscliteBinding: PcscBinding = {
  open(listener) {
    try {
      return new PcscliteContext(listener);
    } catch (error) {
      throw asPcscError(error);
    }
  },
};

type Callback<T extends unknown[]> = (error: unknown, ...results: T) => void;

/** A reader of the library; it carries the only connection that this process can have to its card. */
interface Reader extends EventEmitter {
  readonly name: string;
  connect(options: { share_mode: number; protocol: number }, callback: Callback<[protocol: number]>): void;
  disconnect(disposition: number, callback: Callback<[]>): void;
  transmit(data: Buffer, maxAnswer: number, protocol: number, callback: Callback<[answer: Buffer]>): void;
  close(): void;
}

/** The library's main object, with the two members that its type does not show. */
interface Library extends EventEmitter {
  readonly readers: Readonly<Record<string, Reader>>;
  start(callback: Callback<[names: Buffer]>): void;
  close(): void;
}

const isLibrary = (value: EventEmitter): value is Library => 'start' in value && 'readers' in value;

/** Values of the PC/SC API (pcsclite.h). */
const SHARE_EXCLUSIVE = 1;
const PROTOCOL_T0 = 1;
const PROTOCOL_T1 = 2;
const RESET_CARD = 1;
const STATE_PRESENT = 0x0020;
const STATE_EXCLUSIVE = 0x0080;
const STATE_IN_USE = 0x0100;
const STATE_MUTE = 0x0200;
/** The count of events is in the high half of the state. */
const EVENTS_SHIFT = 16;

/** An extended answer and its status word. */
const MAX_ANSWER = 65_536 + 2;

class PcscliteContext implements PcscContext {
  readonly #library: Library;
  readonly #listener: PcscListener;
  #ended = false;

  constructor(listener: PcscListener) {
    const library: EventEmitter = pcsc();
    if (!isLibrary(library)) throw new PcscError(0, 'this is not pcsclite 1.0.1');
    this.#library = library;
    this.#listener = listener;
    this.#announceFirstList();
    library.on('error', (error: unknown) => this.#fail(error));
    library.on('reader', (reader: Reader) => this.#watch(reader));
  }

  async connect(name: string): Promise<PcscCard> {
    const reader = this.#library.readers[name];
    if (!reader || this.#ended) throw new PcscError(PCSC_CODE.UNKNOWN_READER, `there is no reader ${name}`);
    const options = { share_mode: SHARE_EXCLUSIVE, protocol: PROTOCOL_T0 | PROTOCOL_T1 };
    const [protocol] = await call<[number]>((callback) => reader.connect(options, callback));
    return new PcscliteCard(reader, protocol, {
      hasEnded: () => this.#ended,
      fail: (error) => this.#fail(error),
    });
  }

  close(): Promise<void> {
    if (!this.#ended) {
      this.#ended = true;
      this.#release();
    }
    return Promise.resolve();
  }

  /** With no reader at all the library emits nothing: its own callback tells when the first list is complete. */
  #announceFirstList(): void {
    const library = this.#library;
    const start = library.start.bind(library);
    library.start = (callback) =>
      start((error, names) => {
        callback(error, names);
        if (!this.#ended) this.#listener.onReaders(Object.keys(library.readers));
      });
  }

  #watch(reader: Reader): void {
    reader.on('error', (error: unknown) => this.#fail(error));
    reader.on('status', ({ state, atr }: { state: number; atr?: Buffer }) => {
      if (this.#ended) return;
      this.#listener.onStatus(reader.name, {
        present: (state & STATE_PRESENT) !== 0,
        mute: (state & STATE_MUTE) !== 0,
        inUse: (state & (STATE_EXCLUSIVE | STATE_IN_USE)) !== 0,
        events: state >>> EVENTS_SHIFT,
        atr: Uint8Array.from(atr ?? []),
      });
    });
    // The library deletes the reader only after this event.
    reader.on('end', () =>
      setImmediate(() => {
        if (!this.#ended) this.#listener.onReaders(Object.keys(this.#library.readers));
      }),
    );
  }

  /** After any error of the service the readers still say "connected" without being so, so everything is discarded. */
  #fail(error: unknown): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#listener.onFailure(asPcscError(error));
    this.#release();
  }

  /** In a turn of its own, because the library would wait for itself if it were closed inside one of its events. */
  #release(): void {
    setImmediate(() => {
      for (const reader of Object.values(this.#library.readers)) reader.close();
      this.#library.close();
    });
  }
}

/** What a card needs of the connection to the service. */
interface Service {
  hasEnded(): boolean;
  fail(error: unknown): void;
}

class PcscliteCard implements PcscCard {
  readonly protocol: CardProtocol;

  constructor(
    private readonly reader: Reader,
    private readonly protocolCode: number,
    private readonly service: Service,
  ) {
    this.protocol = protocolCode === PROTOCOL_T0 ? 'T=0' : 'T=1';
  }

  async transmit(apdu: Uint8Array): Promise<Uint8Array> {
    const [answer] = await this.#transmit(Buffer.from(apdu));
    // Pulled during the APDU, the library reports success and nothing.
    if (answer.length === 0) throw new PcscError(PCSC_CODE.REMOVED_CARD, 'the card was removed');
    return Uint8Array.from(answer);
  }

  /** Once the service is gone an APDU fails in many ways (no handle, denied, without any code), which all mean that. */
  async #transmit(apdu: Buffer): Promise<[Buffer]> {
    try {
      return await call<[Buffer]>((callback) => this.reader.transmit(apdu, MAX_ANSWER, this.protocolCode, callback));
    } catch (error) {
      if (!this.service.hasEnded()) throw error;
      throw new PcscError(PCSC_CODE.SERVICE_STOPPED, 'the service is gone', { cause: error });
    }
  }

  async disconnect(): Promise<void> {
    try {
      await call<[]>((callback) => this.reader.disconnect(RESET_CARD, callback));
    } catch (error) {
      // The library would take the next connect() for done already.
      this.service.fail(error);
    }
  }
}

/** Turns one call with a callback into a promise. */
function call<T extends unknown[]>(start: (callback: Callback<T>) => void): Promise<T> {
  return new Promise((resolve, reject) => {
    start((error, ...results) => {
      if (error === null || error === undefined) resolve(results);
      else reject(asPcscError(error));
    });
  });
}

/**
 * The library tells return codes only in the text: `SCardConnect error: Sharing violation.(0x8010000b)`; where a long has
 * 64 bits, more digits may stand before those eight.
 */
function asPcscError(error: unknown): PcscError {
  if (error instanceof PcscError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const [, code] = /\(0x[0-9a-f]*([0-9a-f]{8})\)/i.exec(message) ?? [];
  return new PcscError(code === undefined ? 0 : Number.parseInt(code, 16), message, { cause: error });
}
