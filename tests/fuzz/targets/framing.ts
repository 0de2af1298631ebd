import fc from 'fast-check';
import { encodeFrame, FrameReader, FramingError } from '../../../native-host/src/server/framing.js';
import { spoiltBytes } from '../generators/spoilt-bytes.js';
import { fuzzTarget } from '../target.js';

const MAX_LENGTH = 4096;
const FRAMES = [{}, { jsonrpc: '2.0', id: 1, method: 'device.list', params: {} }, 'x'.repeat(5000), 'ü'.repeat(200)];

/** Standard input of the host: frames in pieces of any size. */
export const framing = fuzzTarget('framing', 250_000, () => ({
  input: fc.record({
    input: fc
      .array(spoiltBytes(FRAMES.map(encodeFrame), 50), { minLength: 1, maxLength: 4 })
      .map((parts) => Buffer.concat(parts)),
    pieces: fc.array(fc.nat({ max: 3000 }), { maxLength: 12 }),
  }),
  judge: ({ input, pieces }) => {
    const whole = readAll([input]);
    const cut = readAll(piecesOf(input, pieces));
    // However the input is cut, it says the same.
    if (whole !== cut) throw new Error(`in one piece: ${whole}; in pieces: ${cut}`);
  },
}));

/** Reads frames until the input is none, and returns what they were. */
function readAll(chunks: readonly Buffer[]): string {
  const reader = new FrameReader(MAX_LENGTH);
  const found: string[] = [];
  try {
    for (const chunk of chunks)
      for (const frame of reader.push(chunk)) {
        if ('tooLong' in frame) found.push(`too long ${frame.tooLong}`);
        else if (frame.body.length > MAX_LENGTH) throw new Error('a frame above the limit');
        else found.push(frame.body.toString('hex'));
      }
  } catch (error) {
    if (!(error instanceof FramingError)) throw error;
    // The frames of the last chunk before the wrong one are lost with it.
    return 'no frames';
  }
  return `${found.join(' ')} ${reader.incomplete ? 'and a part' : ''}`;
}

function piecesOf(input: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let at = 0;
  for (const length of lengths) {
    pieces.push(input.subarray(at, at + length));
    at += length;
  }
  return [...pieces, input.subarray(at)];
}
