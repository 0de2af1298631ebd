import { endianness } from 'node:os';

/**
 * Frames of native messaging: the body's length as a 32-bit number in the computer's byte order, then UTF-8 JSON. A browser ends a host that sends a
 * body longer than 1 MiB. A frame may arrive in pieces of any size.
 */
const LENGTH_BYTES = 4;
const LITTLE_ENDIAN = endianness() === 'LE';

/** Longest plausible body in bytes, Chromium's own limit. A greater length means that the input is not a sequence of frames. */
const ABSURD_LENGTH = 64 * 1024 * 1024;

/** The error for input that is not a sequence of frames. The input that follows cannot be read. */
export class FramingError extends Error {
  override readonly name = 'FramingError';
}

/** The body of one frame, or the length of a frame that was too long and was skipped. */
export type Frame = { readonly body: Buffer } | { readonly tooLong: number };

/** Wraps a message into one frame. */
export function encodeFrame(message: unknown): Buffer {
  const body = Buffer.from(JSON.stringify(message));
  const frame = Buffer.alloc(LENGTH_BYTES + body.length);
  if (LITTLE_ENDIAN) frame.writeUInt32LE(body.length);
  else frame.writeUInt32BE(body.length);
  body.copy(frame, LENGTH_BYTES);
  return frame;
}

/** Splits input, which may come in chunks of any size, into frames. Between two calls, the reader buffers only an incomplete frame. */
export class FrameReader {
  #chunks: Buffer[] = [];
  #buffered = 0;
  /** Remaining bytes to skip of a frame that is too long. */
  #skipping = 0;

  /** @param maxLength longest body in bytes; frames with a longer body are skipped and reported as `tooLong` */
  constructor(private readonly maxLength: number) {}

  /** Takes a chunk of input, and returns the frames that it completes. @throws FramingError when the input is not a sequence of frames */
  push(chunk: Buffer): Frame[] {
    const rest = this.#skip(chunk);
    if (rest.length > 0) {
      this.#chunks.push(rest);
      this.#buffered += rest.length;
    }
    const frames: Frame[] = [];
    for (let frame = this.#next(); frame !== null; frame = this.#next()) frames.push(frame);
    return frames;
  }

  /** True if the input so far ends inside a frame. */
  get incomplete(): boolean {
    return this.#buffered > 0 || this.#skipping > 0;
  }

  #next(): Frame | null {
    if (this.#buffered < LENGTH_BYTES) return null;
    const input = this.#joined();
    const length = LITTLE_ENDIAN ? input.readUInt32LE() : input.readUInt32BE();
    if (length > ABSURD_LENGTH) throw new FramingError(`a frame of ${length} bytes`);
    const rest = input.subarray(LENGTH_BYTES);
    if (length > this.maxLength) {
      this.#skipping = length;
      this.#hold(this.#skip(rest));
      return { tooLong: length };
    }
    if (rest.length < length) return null;
    this.#hold(rest.subarray(length));
    return { body: rest.subarray(0, length) };
  }

  #skip(input: Buffer): Buffer {
    const skipped = Math.min(this.#skipping, input.length);
    this.#skipping -= skipped;
    return input.subarray(skipped);
  }

  #joined(): Buffer {
    const [only, ...more] = this.#chunks;
    const joined = only !== undefined && more.length === 0 ? only : Buffer.concat(this.#chunks);
    this.#chunks = [joined];
    return joined;
  }

  #hold(rest: Buffer): void {
    this.#chunks = rest.length > 0 ? [rest] : [];
    this.#buffered = rest.length;
  }
}
