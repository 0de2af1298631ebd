import { CardError, StatusWord } from './status-word.js';

/** A command APDU (ISO/IEC 7816-4, 5.1), short or extended. */
export interface Command {
  readonly cla: number;
  readonly ins: number;
  readonly p1: number;
  readonly p2: number;
  readonly data: Buffer;
  /** Ne: the number of response bytes that the reader accepts at once. */
  readonly expected: number;
}

const HEADER_BYTES = 4;
const SHORT_EXPECTED = 0x100;
const EXTENDED_EXPECTED = 0x1_0000;
/** Number of bytes of the header, the zero byte that marks extended lengths, and one two-byte length. */
const EXTENDED_PREFIX_BYTES = HEADER_BYTES + 3;

/**
 * Parses the four cases of a command APDU. An absent Le counts as the largest Ne (256, or 65,536 if extended), as on real cards over T=1.
 *
 * @throws CardError 6700 when the lengths are inconsistent
 */
export function parseCommand(apdu: Buffer): Command {
  if (apdu.length < HEADER_BYTES) throw wrongLength();
  const header = {
    cla: apdu.readUInt8(0),
    ins: apdu.readUInt8(1),
    p1: apdu.readUInt8(2),
    p2: apdu.readUInt8(3),
  };
  return { ...header, ...parseBody(apdu) };
}

/** True if the APDU has extended lengths: it is longer than a header and Le, and has a zero byte in the place of Lc. */
export function isExtended(apdu: Buffer): boolean {
  return apdu.length > HEADER_BYTES + 1 && apdu.readUInt8(HEADER_BYTES) === 0;
}

function parseBody(apdu: Buffer): Pick<Command, 'data' | 'expected'> {
  if (apdu.length === HEADER_BYTES) return { data: Buffer.alloc(0), expected: SHORT_EXPECTED };
  const first = apdu.readUInt8(HEADER_BYTES);
  if (apdu.length === HEADER_BYTES + 1) return { data: Buffer.alloc(0), expected: first || SHORT_EXPECTED };
  return isExtended(apdu) ? parseExtended(apdu) : parseShort(apdu, first);
}

function parseShort(apdu: Buffer, dataLength: number): Pick<Command, 'data' | 'expected'> {
  const start = HEADER_BYTES + 1;
  const end = start + dataLength;
  const data = apdu.subarray(start, end);
  if (apdu.length === end) return { data, expected: SHORT_EXPECTED };
  if (apdu.length === end + 1) return { data, expected: apdu.readUInt8(end) || SHORT_EXPECTED };
  throw wrongLength();
}

function parseExtended(apdu: Buffer): Pick<Command, 'data' | 'expected'> {
  if (apdu.length < EXTENDED_PREFIX_BYTES) throw wrongLength();
  const length = apdu.readUInt16BE(HEADER_BYTES + 1);
  if (apdu.length === EXTENDED_PREFIX_BYTES) return { data: Buffer.alloc(0), expected: length || EXTENDED_EXPECTED };
  const end = EXTENDED_PREFIX_BYTES + length;
  const data = apdu.subarray(EXTENDED_PREFIX_BYTES, end);
  if (apdu.length === end) return { data, expected: EXTENDED_EXPECTED };
  if (apdu.length === end + 2) return { data, expected: apdu.readUInt16BE(end) || EXTENDED_EXPECTED };
  throw wrongLength();
}

function wrongLength(): CardError {
  return new CardError(StatusWord.wrongLength, 'the lengths in the APDU do not add up');
}
