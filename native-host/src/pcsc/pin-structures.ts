/** The structures of PC/SC part 10 (2.5.2, 2.5.3) by which a reader asks its user for PINs and puts them into an APDU. */

/** The order of bytes in the fields of several bytes. The standard asks for `little`; some drivers and readers expect `big`. */
export type ByteOrder = 'little' | 'big';

/** Numbers of characters that the user may enter. */
export interface EntryLengths {
  readonly min: number;
  readonly max: number;
}

/** Seconds for the user's first key; then a reader ends the entry with 6400. */
const TIME_OUT = 60;
/** Seconds between two keys; 0: as `TIME_OUT`. libccid ignores them. */
const TIME_OUT_BETWEEN = 0;
/** bmFormatString: the PIN begins at byte 0 of the data field (units of bytes), left-justified, in ASCII. */
const FORMAT_STRING = 0x82;
/** bmPINBlockString: a block of eight bytes, without a length. What the user does not fill keeps the template's bytes, FF. */
const PIN_BLOCK_STRING = 0x08;
/** bmPINLengthFormat: no length is inserted. */
const PIN_LENGTH_FORMAT = 0x00;
/** bEntryValidationCondition: the user presses the key for OK. Some readers accept nothing else. */
const WHEN_KEY_IS_PRESSED = 0x02;
/** wLangId: English (United States), which every reader with messages of its own has. */
const LANGUAGE = 0x0409;
/** Offset of the second block in the data field, after the first one of eight bytes. */
const SECOND_BLOCK = 0x08;
const CONFIRM = { NEW: 0x01, CURRENT: 0x02 } as const;
/** Messages of a reader with a display: enter the PIN, enter the new PIN, enter the new PIN again. */
const MESSAGE = { PIN: 0, NEW: 1, AGAIN: 2 } as const;

/** Makes a PIN_VERIFY_STRUCTURE: the reader asks for one PIN, and puts it into the first block of the APDU. */
export function verifyStructure(apdu: Uint8Array, lengths: EntryLengths, order: ByteOrder): Uint8Array {
  return new Fields(order)
    .bytes(TIME_OUT, TIME_OUT_BETWEEN, FORMAT_STRING, PIN_BLOCK_STRING, PIN_LENGTH_FORMAT)
    .word(extraDigit(lengths))
    .bytes(WHEN_KEY_IS_PRESSED, 1)
    .word(LANGUAGE)
    .bytes(MESSAGE.PIN)
    .end(apdu);
}

/**
 * Makes a PIN_MODIFY_STRUCTURE: the reader asks for a new PIN twice, and puts it into the second block of the APDU.
 *
 * @param asksCurrent true if the reader first asks for the current PIN or PUK, and puts it into the first block; false if the APDU has it
 */
export function modifyStructure(
  apdu: Uint8Array,
  lengths: EntryLengths,
  asksCurrent: boolean,
  order: ByteOrder,
): Uint8Array {
  const messages = asksCurrent ? [MESSAGE.PIN, MESSAGE.NEW, MESSAGE.AGAIN] : [MESSAGE.NEW, MESSAGE.AGAIN];
  const [first, second, third = 0] = messages;
  return new Fields(order)
    .bytes(TIME_OUT, TIME_OUT_BETWEEN, FORMAT_STRING, PIN_BLOCK_STRING, PIN_LENGTH_FORMAT)
    .bytes(0, SECOND_BLOCK)
    .word(extraDigit(lengths))
    .bytes(CONFIRM.NEW | (asksCurrent ? CONFIRM.CURRENT : 0), WHEN_KEY_IS_PRESSED, messages.length)
    .word(LANGUAGE)
    .bytes(first ?? 0, second ?? 0, third)
    .end(apdu);
}

/** wPINMaxExtraDigit: the shortest PIN in the high byte, the longest in the low one. */
const extraDigit = ({ min, max }: EntryLengths): number => (min << 8) | max;

/** Puts a structure together, field by field and without gaps. */
class Fields {
  readonly #bytes: number[] = [];

  constructor(private readonly order: ByteOrder) {}

  bytes(...values: readonly number[]): this {
    this.#bytes.push(...values);
    return this;
  }

  word(value: number): this {
    return this.#number(value, 2);
  }

  /** Adds bTeoPrologue, which drivers fill, ulDataLength and abData. */
  end(apdu: Uint8Array): Uint8Array {
    this.bytes(0, 0, 0).#number(apdu.length, 4);
    return Uint8Array.from([...this.#bytes, ...apdu]);
  }

  #number(value: number, length: number): this {
    const field = Buffer.alloc(length);
    if (this.order === 'little') field.writeUIntLE(value, 0, length);
    else field.writeUIntBE(value, 0, length);
    return this.bytes(...field);
  }
}
