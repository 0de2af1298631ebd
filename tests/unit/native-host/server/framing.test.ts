import { describe, expect, it } from '@jest/globals';
import { FrameReader, FramingError, encodeFrame, type Frame } from '../../../../native-host/src/server/framing.js';

const messages = [{ a: 1 }, { text: 'ä€𐍈' }, { long: 'x'.repeat(5000) }, {}];
const input = Buffer.concat(messages.map(encodeFrame));

const bodies = (frames: Frame[]) =>
  frames.map((frame) => ('body' in frame ? (JSON.parse(frame.body.toString()) as unknown) : frame.tooLong));

describe('frames of native messaging', () => {
  it.each([1, 2, 3, 4, 5, 7, 64, 4096, 1_000_000])('are read whole from chunks of %i bytes', (size) => {
    const reader = new FrameReader(100_000);
    const frames: Frame[] = [];
    for (let at = 0; at < input.length; at += size) frames.push(...reader.push(input.subarray(at, at + size)));
    expect(bodies(frames)).toEqual(messages);
    expect(reader.incomplete).toBe(false);
  });

  it.each([1, 3, 1_000_000])('are skipped when too long, and the next one is read (chunks of %i)', (size) => {
    const reader = new FrameReader(1000);
    const frames: Frame[] = [];
    for (let at = 0; at < input.length; at += size) frames.push(...reader.push(input.subarray(at, at + size)));
    expect(bodies(frames)).toEqual([messages[0], messages[1], expect.any(Number), messages[3]]);
  });

  it('are rejected when the length is absurd', () => {
    expect(() => new FrameReader(1000).push(Buffer.from('console.log: hello'))).toThrow(FramingError);
  });

  it('can end in the middle of a frame', () => {
    const reader = new FrameReader(1000);
    expect(reader.push(input.subarray(0, 6))).toEqual([]);
    expect(reader.incomplete).toBe(true);
  });
});
