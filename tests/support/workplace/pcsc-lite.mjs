/**
 * PC/SC for other programs on the user's computer. It shares no code with the host. 64-bit Linux only.
 */
import koffi from 'koffi';

const library = koffi.load('libpcsclite.so.1');
const out = koffi.out(koffi.pointer('long'));
const inOut = koffi.inout(koffi.pointer('ulong'));
const request = koffi.struct({ protocol: 'ulong', length: 'ulong' });

/** Resolves with the return code. */
const bind = (name, types) => {
  const native = library.func(name, 'long', types);
  return (...args) =>
    new Promise((resolve, reject) => {
      native.async(...args, (error, code) => (error ? reject(error) : resolve(code)));
    });
};

const establish = bind('SCardEstablishContext', ['ulong', 'void *', 'void *', out]);
const connectCard = bind('SCardConnect', ['long', 'str', 'ulong', 'ulong', out, inOut]);
const reconnectCard = bind('SCardReconnect', ['long', 'ulong', 'ulong', 'ulong', inOut]);
const disconnectCard = bind('SCardDisconnect', ['long', 'ulong']);
const begin = bind('SCardBeginTransaction', ['long']);
const end = bind('SCardEndTransaction', ['long', 'ulong']);
const transmitApdu = bind('SCardTransmit', [
  'long',
  koffi.pointer(request),
  'uint8 *',
  'ulong',
  'void *',
  'uint8 *',
  inOut,
]);

const SHARE = { exclusive: 1, shared: 2 };
const DISPOSITION = { leave: 0, reset: 1 };
const ANY_PROTOCOL = 3;
const MAX_ANSWER = 65_538;

/** A return code other than success, as eight digits. */
export class ReturnCode extends Error {
  constructor(code) {
    super((code >>> 0).toString(16).padStart(8, '0'));
  }
}

export const SHARING_VIOLATION = '8010000b';

function demand(code) {
  if (code !== 0) throw new ReturnCode(code);
}

/** One program with one card. */
export class PcscProgram {
  #context = [0];
  #card = [0];
  #protocol = [0];

  static async start() {
    const program = new PcscProgram();
    demand(await establish(2, null, null, program.#context));
    return program;
  }

  /** @param {'exclusive' | 'shared'} mode */
  async connect(reader, mode) {
    demand(await connectCard(this.#context[0], reader, SHARE[mode], ANY_PROTOCOL, this.#card, this.#protocol));
  }

  /** @param {'leave' | 'reset'} disposition */
  async reconnect(disposition) {
    demand(await reconnectCard(this.#card[0], SHARE.shared, ANY_PROTOCOL, DISPOSITION[disposition], this.#protocol));
  }

  /** @param {'leave' | 'reset'} disposition */
  async disconnect(disposition) {
    demand(await disconnectCard(this.#card[0], DISPOSITION[disposition]));
  }

  async begin() {
    demand(await begin(this.#card[0]));
  }

  /** @param {'leave' | 'reset'} disposition */
  async end(disposition) {
    demand(await end(this.#card[0], DISPOSITION[disposition]));
  }

  /** @param {string} apdu hexadecimal; so is the answer */
  async transmit(apdu) {
    const sent = Buffer.from(apdu, 'hex');
    const answer = Buffer.alloc(MAX_ANSWER);
    const length = [answer.length];
    const pci = { protocol: this.#protocol[0], length: koffi.sizeof(request) };
    demand(await transmitApdu(this.#card[0], pci, sent, sent.length, null, answer, length));
    return answer.toString('hex', 0, length[0]).toUpperCase();
  }
}
