/** A command APDU (ISO/IEC 7816-4, 5.1). */
export interface CommandApdu {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data?: Uint8Array;
  /** Largest number of data bytes in the answer; absent if the answer has no data. `MAX_SHORT_LE` or `MAX_EXTENDED_LE` means "all data". */
  readonly le?: number;
  /** Milliseconds that the card has to answer, if it may need longer than usual. Not part of the APDU. */
  readonly answerTime?: number;
}

export interface ResponseApdu {
  readonly data: Uint8Array;
  /** SW1 and SW2 as one big-endian number. */
  readonly statusWord: number;
}

/** Encoding of the lengths Lc and Le (ISO/IEC 7816-4, 5.1): one byte each, or two bytes each after one leading 00. */
export type LengthEncoding = 'short' | 'extended';

/** Largest number of data bytes in a short command. */
export const MAX_SHORT_DATA = 255;
/** Largest Le of a short command, which requests all data. This Le is encoded as 00. */
export const MAX_SHORT_LE = 256;
/** Largest number of data bytes in an extended command. */
export const MAX_EXTENDED_DATA = 65_535;
/** Largest Le of an extended command, which requests all data. This Le is encoded as 0000. */
export const MAX_EXTENDED_LE = 65_536;
/** Class bit that means "more of this command follows" (ISO/IEC 7816-4, 5.1.1.1). */
export const CHAINING = 0x10;

const HEADER_LENGTH = 4;
/** Length of SW1 and SW2 in bytes. */
export const STATUS_WORD_LENGTH = 2;

/** An APDU that cannot be encoded or decoded. */
export class ApduError extends Error {
  override readonly name = 'ApduError';
}

/**
 * Encodes a command APDU. A command with neither data nor Le consists of the four header bytes in both encodings.
 *
 * @throws ApduError when data or Le do not fit the encoding.
 */
export function encodeApdu(command: CommandApdu, encoding: LengthEncoding): Uint8Array {
  const data = command.data ?? new Uint8Array();
  const limits = encoding === 'short' ? [MAX_SHORT_DATA, MAX_SHORT_LE] : [MAX_EXTENDED_DATA, MAX_EXTENDED_LE];
  const [maxData = 0, maxLe = 0] = limits;
  if (data.length > maxData) throw new ApduError(`${data.length} data bytes do not fit a ${encoding} APDU`);
  if (command.le !== undefined && (command.le < 1 || command.le > maxLe)) {
    throw new ApduError(`Le ${command.le} does not fit a ${encoding} APDU`);
  }
  const header = [command.cla, command.ins, command.p1, command.p2];
  const lengths = encoding === 'short' ? shortLengths : extendedLengths;
  const { lc, le } = lengths(data.length, command.le);
  return Uint8Array.from([...header, ...lc, ...data, ...le]);
}

/**
 * Decodes a command APDU in either encoding.
 *
 * @throws ApduError when the lengths contradict each other, or bytes are missing.
 */
export function decodeCommand(encoded: Uint8Array): CommandApdu {
  const [cla, ins, p1, p2, first] = encoded;
  if (cla === undefined || ins === undefined || p1 === undefined || p2 === undefined) {
    throw new ApduError('the command has no header');
  }
  const header = { cla, ins, p1, p2 };
  const body = Buffer.from(encoded.subarray(HEADER_LENGTH));
  if (first === undefined) return header;
  // A leading 00 that more bytes follow marks extended lengths (5.1): two bytes each.
  const lengthBytes = first === 0 && body.length > 1 ? 2 : 1;
  const max = lengthBytes === 1 ? MAX_SHORT_LE : MAX_EXTENDED_LE;
  const fields = body.subarray(lengthBytes - 1);
  if (fields.length < lengthBytes) throw new ApduError('the command is cut short');
  const length = fields.readUIntBE(0, lengthBytes);
  if (fields.length === lengthBytes) return { ...header, le: length || max };
  const data = fields.subarray(lengthBytes, lengthBytes + length);
  const rest = fields.subarray(lengthBytes + length);
  if (data.length < length || (rest.length !== 0 && rest.length !== lengthBytes)) {
    throw new ApduError('the lengths of the command contradict each other');
  }
  return rest.length === 0 ? { ...header, data } : { ...header, data, le: rest.readUIntBE(0, lengthBytes) || max };
}

/**
 * Decodes a response APDU.
 *
 * @throws ApduError when the response is shorter than a status word.
 */
export function decodeResponse(response: Uint8Array): ResponseApdu {
  const end = response.length - STATUS_WORD_LENGTH;
  const [sw1, sw2] = response.subarray(Math.max(end, 0));
  if (end < 0 || sw1 === undefined || sw2 === undefined) throw new ApduError('the answer has no status word');
  return { data: response.slice(0, end), statusWord: (sw1 << 8) | sw2 };
}

/**
 * Splits a command whose data do not fit one short APDU into a chain of blocks of at most 255 bytes (ISO/IEC 7816-4, 5.1.1.1). Only the last
 * block has the command's Le. Returns any other command as the only block.
 */
export function chain(command: CommandApdu): CommandApdu[] {
  const { data, le, ...header } = command;
  if (!data || data.length <= MAX_SHORT_DATA) return [command];
  const blocks: CommandApdu[] = [];
  for (let offset = 0; offset < data.length; offset += MAX_SHORT_DATA) {
    const last = offset + MAX_SHORT_DATA >= data.length;
    const block = { ...header, data: data.subarray(offset, offset + MAX_SHORT_DATA) };
    blocks.push(last ? { ...block, ...(le === undefined ? {} : { le }) } : { ...block, cla: header.cla | CHAINING });
  }
  return blocks;
}

/** Formats the four header bytes of an encoded command for logs. The data may contain a secret and are never shown. */
export function describeHeader(encoded: Uint8Array): string {
  return Buffer.from(encoded.subarray(0, HEADER_LENGTH)).toString('hex').toUpperCase();
}

interface Lengths {
  readonly lc: readonly number[];
  readonly le: readonly number[];
}

/** Encodes short lengths. An Le of 00 means 256. */
function shortLengths(dataLength: number, le: number | undefined): Lengths {
  return { lc: dataLength > 0 ? [dataLength] : [], le: le === undefined ? [] : [le & 0xff] };
}

/** Encodes extended lengths. An Le of 0000 means 65 536. A leading 00 marks the first length field as extended. */
function extendedLengths(dataLength: number, le: number | undefined): Lengths {
  const twoBytes = (value: number): number[] => [(value >> 8) & 0xff, value & 0xff];
  const lc = dataLength > 0 ? [0, ...twoBytes(dataLength)] : [];
  if (le === undefined) return { lc, le: [] };
  return { lc, le: dataLength > 0 ? twoBytes(le) : [0, ...twoBytes(le)] };
}
