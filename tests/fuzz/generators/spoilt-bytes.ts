import fc from 'fast-check';

/** One change of a message, at a place between its beginning (0) and its end (1). */
interface Change {
  readonly kind: (typeof KINDS)[number];
  readonly at: number;
  readonly length: number;
  readonly bytes: Uint8Array;
}

const KINDS = ['flip', 'overwrite', 'insert', 'delete', 'repeat', 'cut'] as const;

/** Bytes that begin lengths, tags and containers in the formats of the doors. */
const TELLING = [0x00, 0x01, 0x1f, 0x20, 0x30, 0x31, 0x5f, 0x7f, 0x80, 0x81, 0x82, 0x84, 0x90, 0xa0, 0xbf, 0xff];

const telling: fc.Arbitrary<Uint8Array> = fc
  .array(fc.constantFrom(...TELLING), { minLength: 1, maxLength: 6 })
  .map((bytes) => Uint8Array.from(bytes));

const change: fc.Arbitrary<Change> = fc.record({
  kind: fc.constantFrom(...KINDS),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.nat({ max: 64 }),
  bytes: fc.oneof(fc.uint8Array({ minLength: 1, maxLength: 8 }), telling),
});

/** Good messages with up to six changes, two good messages of which one begins and the other ends, and noise. */
export function spoiltBytes(good: readonly Uint8Array[], longestNoise = 300): fc.Arbitrary<Uint8Array> {
  const one = fc.constantFrom(...good);
  const changed = fc
    .tuple(one, fc.array(change, { maxLength: 6 }))
    .map(([message, changes]) => changes.reduce<Uint8Array>(apply, message));
  const joined = fc
    .tuple(one, one, fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([first, last, at]) => Buffer.concat([first.subarray(0, place(first, at)), last.subarray(place(last, at))]));
  return fc.oneof(
    { weight: 8, arbitrary: changed },
    { weight: 1, arbitrary: joined },
    { weight: 1, arbitrary: fc.uint8Array({ maxLength: longestNoise }) },
    { weight: 1, arbitrary: fc.array(telling, { maxLength: 40 }).map((parts) => Buffer.concat(parts)) },
  );
}

const place = (message: Uint8Array, at: number): number => Math.floor(at * message.length);

function apply(message: Uint8Array, { kind, at, length, bytes }: Change): Uint8Array {
  const start = place(message, at);
  const [before, rest] = [message.subarray(0, start), message.subarray(start)];
  switch (kind) {
    case 'flip': {
      const copy = Uint8Array.from(message);
      copy[start] = (copy[start] ?? 0) ^ (1 << (length % 8));
      return copy;
    }
    case 'overwrite':
      return Buffer.concat([before, bytes, rest.subarray(bytes.length)]);
    case 'insert':
      return Buffer.concat([before, bytes, rest]);
    case 'delete':
      return Buffer.concat([before, rest.subarray(length)]);
    case 'repeat':
      return Buffer.concat([before, rest.subarray(0, length), rest]);
    case 'cut':
      return before;
  }
}
