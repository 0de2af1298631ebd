import { PCSC_CODE, PcscError } from '@cardwright/native-host/in-process';

/** Messages of the reader's display. They ask for the PIN or PUK that the card has, a new PIN, and the new PIN again. */
export type KeypadMessage = 'pin' | 'new' | 'again';
/** Keys that the user presses: digits and OK; or `CANCEL` or `NOTHING`. */
export type Pressed = string;

/** The key for Cancel. */
export const CANCEL = 'cancel';
/** No key, until the reader's time is over. */
export const NOTHING = 'nothing';

export interface KeypadTraits {
  /** The only order of bytes in which the reader reads the structures. Default: `little`, as the standard wants it. */
  readonly order?: 'little' | 'big';
  /**
   * What it does with the other order: `code`, its driver fails; `status`, it answers 6B80; `blindly`, it asks, and takes the lengths for those that it
   * reads. Default: `code`.
   */
  readonly otherOrder?: 'code' | 'status' | 'blindly';
  /** The order of bytes of its control codes. Default: `big`, as the standard wants it. */
  readonly codes?: 'little' | 'big';
  /**
   * How it lies: `has-none`, it announces the keypad and knows neither command; `sends-nothing`, it asks its user, answers 9000 and sends nothing to the
   * card; `changes-nothing`, the same for a new PIN alone; `more-tries`, it says after a wrong PIN that 15 tries are left; `blocked`, that none is.
   */
  readonly lie?: 'has-none' | 'sends-nothing' | 'changes-nothing' | 'more-tries' | 'blocked';
}

/** `SCARD_CTL_CODE(3400)` of pcsc-lite. */
export const FEATURE_REQUEST = 0x42000000 + 3400;
const CODES = { verify: 0x42330006, modify: 0x42330007 } as const;
const TAGS = { verify: 0x06, modify: 0x07 } as const;

const OK = '9000';
const TIMED_OUT = '6400';
const CANCELLED = '6401';
const DIFFERENT = '6402';
const WRONG_LENGTH = '6403';
const INVALID_PARAMETER = '6b80';

/** Lengths of the structures before the APDU (PC/SC part 10, 2.5.2 and 2.5.3). */
const HEADER = { verify: 19, modify: 24 } as const;
const MESSAGES: readonly KeypadMessage[] = ['pin', 'new', 'again'];
/** Header of an APDU and Lc, before its data. */
const APDU_HEADER = 5;

/** Sends an APDU to the card in the reader. */
type Transmit = (apdu: Uint8Array) => Promise<Uint8Array>;

/** A reader's keypad and display, below `SCardControl`. It reads the structures as published, asks its user, completes the APDU and sends it. */
export class Keypad {
  /** Messages that the display has shown, in order. */
  readonly shown: KeypadMessage[] = [];
  /** Everything that programs on the computer sent to the reader: APDUs for the card, and structures for the keypad. */
  readonly heard: Buffer[] = [];

  constructor(
    /** Returns what the user presses, by what the display asks and how often the display has asked before. */
    private readonly press: (message: KeypadMessage, before: number) => Pressed,
    private readonly traits: KeypadTraits = {},
  ) {}

  /** @throws PcscError as a driver */
  async control(code: number, data: Uint8Array, transmit: Transmit): Promise<Uint8Array> {
    this.heard.push(Buffer.from(data));
    if (code === FEATURE_REQUEST) return this.#features();
    const kind = code === CODES.verify ? 'verify' : 'modify';
    if (this.traits.lie === 'has-none' || (kind === 'modify' && code !== CODES.modify))
      throw new PcscError(PCSC_CODE.UNSUPPORTED_FEATURE, 'no such command');
    return Buffer.from(await this.#enter(kind, Buffer.from(data), transmit), 'hex');
  }

  #features(): Uint8Array {
    const code = (value: number): Buffer => {
      const bytes = Buffer.alloc(4);
      bytes.writeUInt32BE(value);
      return this.traits.codes === 'little' ? bytes.reverse() : bytes;
    };
    const entry = (name: keyof typeof CODES): Buffer => Buffer.concat([Buffer.of(TAGS[name], 4), code(CODES[name])]);
    return Buffer.concat([entry('verify'), entry('modify')]);
  }

  async #enter(kind: 'verify' | 'modify', data: Buffer, transmit: Transmit): Promise<string> {
    const { otherOrder = 'code', lie } = this.traits;
    const apdu = data.subarray(HEADER[kind]);
    if (this.#number(data, HEADER[kind] - 4, 4) !== apdu.length && otherOrder !== 'blindly') {
      if (otherOrder === 'code') throw new PcscError(PCSC_CODE.INVALID_PARAMETER, 'the lengths do not agree');
      return INVALID_PARAMETER;
    }
    const extraDigit = this.#number(data, kind === 'verify' ? 5 : 7, 2);
    const entered = this.#entries(kind, data).map((message) => [message, this.#ask(message)] as const);
    const failure = failureOf(entered, { min: extraDigit >> 8, max: extraDigit & 0xff });
    if (failure !== undefined) return failure;
    if (lie === 'sends-nothing' || (lie === 'changes-nothing' && kind === 'modify')) return OK;
    const [oldOffset = 0, newOffset = 0] = kind === 'verify' ? [0, 0] : [...data.subarray(5, 7)];
    for (const [message, pin] of entered)
      if (message !== 'again') apdu.write(pin, APDU_HEADER + (message === 'new' ? newOffset : oldOffset), 'latin1');
    const answer = Buffer.from(await transmit(apdu)).toString('hex');
    const isWrong = answer.startsWith('63c');
    if (isWrong && lie === 'more-tries') return '63cf';
    return isWrong && lie === 'blocked' ? '6983' : answer;
  }

  /** The messages in the order in which the structure has them shown. */
  #entries(kind: 'verify' | 'modify', data: Buffer): KeypadMessage[] {
    const [count = 0, first = 0] = kind === 'verify' ? [data[8], 11] : [data[11], 14];
    return [...data.subarray(first, first + count)].map((index) => MESSAGES[index] ?? 'pin');
  }

  #ask(message: KeypadMessage): Pressed {
    this.shown.push(message);
    return this.press(message, this.shown.filter((one) => one === message).length - 1);
  }

  #number(data: Buffer, at: number, length: number): number {
    return this.traits.order === 'big' ? data.readUIntBE(at, length) : data.readUIntLE(at, length);
  }
}

/** Returns the reader's own status word, if there is nothing to send. */
function failureOf(
  entered: readonly (readonly [KeypadMessage, Pressed])[],
  { min, max }: { readonly min: number; readonly max: number },
): string | undefined {
  const pressed = entered.map(([, pin]) => pin);
  if (pressed.includes(CANCEL)) return CANCELLED;
  if (pressed.includes(NOTHING)) return TIMED_OUT;
  if (pressed.some((pin) => pin.length < min || pin.length > max)) return WRONG_LENGTH;
  const [first, second] = entered.filter(([message]) => message !== 'pin').map(([, pin]) => pin);
  return first === second ? undefined : DIFFERENT;
}
