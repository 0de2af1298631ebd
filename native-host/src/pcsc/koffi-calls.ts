import koffi, { type LibraryHandle, type TypeObject } from 'koffi';
import { PCSC_CODE, PcscError, type ShareMode } from './binding.js';
import { abiOf, ioRequestType, readerStateType, type PcscAbi, type ReaderState } from './koffi-types.js';

/** `SCARDCONTEXT` or `SCARDHANDLE`. On Windows, some values exceed 2^53. */
export type Handle = number | bigint;

/** Values of the PC/SC API (pcsclite.h, winscard.h). */
const SCOPE_SYSTEM = 2;
const SHARE_MODES = { exclusive: 1, shared: 2 };
const PROTOCOL_T0 = 1;
const PROTOCOL_T1 = 2;
const ANY_PROTOCOL = PROTOCOL_T0 | PROTOCOL_T1;
const DISPOSITIONS = { leave: 0, reset: 1 };
const SUCCESS = 0;

/** First size of the buffer for the readers' names, in bytes. This size suffices on most computers. */
const NAMES_LENGTH = 4_096;
/** Length in bytes of the longest answer to an extended APDU, including the status word. */
const MAX_ANSWER = 65_536 + 2;
/** Length in bytes of the longest answer of a reader to `SCardControl` that is read: a short APDU's, or a list of features. */
const MAX_CONTROL_ANSWER = 258;

/** A function of the library, called on a worker thread because it may block. Resolves with the return code as an unsigned number. */
type Call = (...args: readonly unknown[]) => Promise<number>;

type Types = (string | TypeObject | ReturnType<typeof koffi.out>)[];

/** The state in which a released card is left: unchanged, or reset. */
export type Disposition = keyof typeof DISPOSITIONS;

/** A connection of the library to a card. */
export interface Connection {
  readonly handle: Handle;
  /** True for T=0, false for T=1. */
  readonly isT0: boolean;
}

/**
 * The functions of PC/SC that the host uses, through koffi. Each function throws `PcscError` if the library reports an error. For `listReaders`,
 * a computer without readers is not an error.
 */
export class PcscCalls {
  readonly #abi: PcscAbi;
  readonly #pciLength: number;
  readonly #establish: (...args: readonly unknown[]) => number;
  readonly #release: Call;
  readonly #list: Call;
  readonly #statusChange: Call;
  readonly #cancel: Call;
  readonly #connect: Call;
  readonly #transmit: Call;
  readonly #disconnect: Call;
  readonly #begin: Call;
  readonly #end: Call;
  readonly #reconnect: Call;
  readonly #status: Call;
  readonly #control: Call;

  private constructor(library: LibraryHandle, abi: PcscAbi) {
    const { DWORD, HANDLE, LONG, text, suffix } = abi;
    const request = ioRequestType(abi);
    const handleOut = koffi.out(koffi.pointer(HANDLE));
    const dwordOut = koffi.out(koffi.pointer(DWORD));
    const dwordInOut = koffi.inout(koffi.pointer(DWORD));
    const states = koffi.inout(koffi.pointer(readerStateType(abi)));
    const bind = (name: string, types: Types): Call => asCall(library.func(name, LONG, types));
    this.#abi = abi;
    this.#pciLength = koffi.sizeof(request);
    const establish = library.func('SCardEstablishContext', LONG, [DWORD, 'void *', 'void *', handleOut]);
    this.#establish = (...args) => unsigned(establish(...args));
    this.#release = bind('SCardReleaseContext', [HANDLE]);
    this.#list = bind(`SCardListReaders${suffix}`, [HANDLE, 'void *', 'void *', dwordInOut]);
    this.#statusChange = bind(`SCardGetStatusChange${suffix}`, [HANDLE, DWORD, states, DWORD]);
    this.#cancel = bind('SCardCancel', [HANDLE]);
    this.#connect = bind(`SCardConnect${suffix}`, [HANDLE, text, DWORD, DWORD, handleOut, dwordOut]);
    const sent = [koffi.pointer(request), 'uint8 *', DWORD];
    this.#transmit = bind('SCardTransmit', [HANDLE, ...sent, 'void *', 'uint8 *', dwordInOut]);
    this.#disconnect = bind('SCardDisconnect', [HANDLE, DWORD]);
    this.#begin = bind('SCardBeginTransaction', [HANDLE]);
    this.#end = bind('SCardEndTransaction', [HANDLE, DWORD]);
    this.#reconnect = bind('SCardReconnect', [HANDLE, DWORD, DWORD, DWORD, dwordOut]);
    this.#status = bind(`SCardStatus${suffix}`, [HANDLE, 'void *', 'void *', dwordOut, dwordOut, 'void *', 'void *']);
    this.#control = bind(abi.control, [HANDLE, DWORD, 'uint8 *', DWORD, 'uint8 *', DWORD, dwordOut]);
  }

  /** Loads the library. @throws Error when the library is missing, or lacks a function */
  static load(abi = abiOf(process.platform)): PcscCalls {
    return new PcscCalls(koffi.load(abi.library), abi);
  }

  /** Milliseconds after which the operating system ends an idle transaction; null if it never does. */
  get transactionTime(): number | null {
    return this.#abi.transactionTime;
  }

  /** Connects to the service. Only this call is synchronous: it is short, and the caller needs the context at once. */
  establishContext(): Handle {
    const context: [Handle] = [0];
    demand('SCardEstablishContext', this.#establish(SCOPE_SYSTEM, null, null, context));
    return context[0];
  }

  /** Releases a context. The service then resets the cards that are still connected through the context. */
  async releaseContext(context: Handle): Promise<void> {
    demand('SCardReleaseContext', await this.#release(context));
  }

  async listReaders(context: Handle): Promise<string[]> {
    const { encoding } = this.#abi;
    const characterLength = Buffer.from('\0', encoding).length;
    for (let names = Buffer.alloc(NAMES_LENGTH); ;) {
      const length: [number] = [names.length / characterLength];
      const code = await this.#list(context, null, names, length);
      if (code === PCSC_CODE.NO_READERS_AVAILABLE) return [];
      if (code !== PCSC_CODE.INSUFFICIENT_BUFFER) {
        demand('SCardListReaders', code);
        const text = names.toString(encoding, 0, length[0] * characterLength);
        return text.split('\0').filter((name) => name !== '');
      }
      names = Buffer.alloc(Math.max(names.length * 2, length[0] * characterLength));
    }
  }

  /**
   * Waits until the state of at least one reader in `known` differs from its `dwCurrentState`. Returns the states of all readers in `known`.
   *
   * @param time milliseconds after which the call fails with `TIMEOUT`
   */
  async waitForChange(context: Handle, time: number, known: readonly ReaderState[]): Promise<readonly ReaderState[]> {
    // koffi replaces the structures in the array by the library's structures.
    const states = [...known];
    demand('SCardGetStatusChange', await this.#statusChange(context, time, states, states.length));
    return states;
  }

  /** Builds the state of a reader for `waitForChange`. `known` is the last `dwEventState` of the reader, or 0. */
  readerState(name: string, known: number): ReaderState {
    const rgbAtr = new Uint8Array(this.#abi.atrLength);
    return { szReader: name, pvUserData: null, dwCurrentState: known, dwEventState: 0, cbAtr: 0, rgbAtr };
  }

  /** Makes a running `waitForChange` of a context fail with `CANCELLED`. */
  async cancel(context: Handle): Promise<void> {
    demand('SCardCancel', await this.#cancel(context));
  }

  async connect(context: Handle, reader: string, mode: ShareMode): Promise<Connection> {
    const handle: [Handle] = [0];
    const protocol: [number] = [0];
    const code = await this.#connect(context, reader, SHARE_MODES[mode], ANY_PROTOCOL, handle, protocol);
    demand('SCardConnect', code);
    return { handle: handle[0], isT0: protocol[0] === PROTOCOL_T0 };
  }

  /** Resets the card of a shared connection. The reset may change the protocol. */
  async reset({ handle }: Connection): Promise<Connection> {
    const protocol: [number] = [0];
    const code = await this.#reconnect(handle, SHARE_MODES.shared, ANY_PROTOCOL, DISPOSITIONS.reset, protocol);
    demand('SCardReconnect', code);
    return { handle, isT0: protocol[0] === PROTOCOL_T0 };
  }

  /** Begins a transaction as soon as no other program has one. The wait for this may take any time and cannot be cancelled. */
  async beginTransaction({ handle }: Connection): Promise<void> {
    demand('SCardBeginTransaction', await this.#begin(handle));
  }

  async endTransaction({ handle }: Connection, disposition: Disposition): Promise<void> {
    demand('SCardEndTransaction', await this.#end(handle, DISPOSITIONS[disposition]));
  }

  /** Asks the library for the state of the card, and discards the answer. Sends no APDU. The call counts as use of the card. */
  async status({ handle }: Connection): Promise<void> {
    demand('SCardStatus', await this.#status(handle, null, null, [0], [0], null, null));
  }

  /**
   * Sends an APDU. Copies the APDU, so that a caller that gave up waiting may reuse `apdu`. When the library returns, overwrites the copy of the
   * APDU and the buffer of the answer with zeros.
   */
  async transmit({ handle, isT0 }: Connection, apdu: Uint8Array): Promise<Uint8Array> {
    const sent = Uint8Array.from(apdu);
    const answer = new Uint8Array(MAX_ANSWER);
    const length: [number] = [answer.length];
    try {
      const pci = { dwProtocol: isT0 ? PROTOCOL_T0 : PROTOCOL_T1, cbPciLength: this.#pciLength };
      demand('SCardTransmit', await this.#transmit(handle, pci, sent, sent.length, null, answer, length));
      return answer.slice(0, length[0]);
    } finally {
      sent.fill(0);
      answer.fill(0, 0, length[0]);
    }
  }

  /** Control code with which a reader is asked for its features. */
  get featureRequest(): number {
    return this.#abi.featureRequest;
  }

  /** Sends a command to the reader. Copies the command, which may contain a PUK, and overwrites the copy when the library returns. */
  async control({ handle }: Connection, code: number, data: Uint8Array): Promise<Uint8Array> {
    const sent = Uint8Array.from(data);
    const answer = new Uint8Array(MAX_CONTROL_ANSWER);
    const length: [number] = [0];
    try {
      demand('SCardControl', await this.#control(handle, code, sent, sent.length, answer, answer.length, length));
      return answer.slice(0, length[0]);
    } finally {
      sent.fill(0);
    }
  }

  async disconnect({ handle }: Connection, disposition: Disposition): Promise<void> {
    demand('SCardDisconnect', await this.#disconnect(handle, DISPOSITIONS[disposition]));
  }
}

function asCall(native: ReturnType<LibraryHandle['func']>): Call {
  return (...args) =>
    new Promise((resolve, reject) => {
      native.async(...args, (error: Error | null, code: unknown) => {
        if (error) reject(error);
        else resolve(unsigned(code));
      });
    });
}

/** Makes a return code an unsigned 32-bit number. Where `LONG` has 32 bits, the library returns errors as negative numbers. */
const unsigned = (code: unknown): number => Number(code) >>> 0;

/** Checks a return code. @throws PcscError if the code means an error */
function demand(name: string, code: number): void {
  if (code !== SUCCESS) throw new PcscError(code, `${name} answered 0x${code.toString(16).padStart(8, '0')}`);
}
