import { randomInt, type KeyObject } from 'node:crypto';
import { beforeAll, expect, it } from '@jest/globals';
import { readBer } from '../../../../portal/src/server/mobile/scep/ber.js';
import { LARGEST_MESSAGE } from '../../../../portal/src/server/mobile/scep/scep-server.js';
import { ScepEnrolment, toldBy, type Told } from '../../../support/scep/scep-enrolment.js';
import { OID, selfSigned } from '../../../support/scep/scripted-client.js';
import { openTestAuthority, rsaKey, type TestAuthority } from '../../../support/scep/test-authority.js';

let authority: TestAuthority;
let key: KeyObject;
beforeAll(async () => {
  authority = await openTestAuthority();
  key = rsaKey();
});

/** Draws numbers below a limit from a seed (mulberry32), so that a case can be repeated. */
function numbersFrom(seed: number): (limit: number) => number {
  let state = seed;
  return (limit) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}
type Numbers = ReturnType<typeof numbersFrom>;

/** Finds the elements with a length of two bytes. */
const longElements = (message: Buffer): number[] =>
  [...message.keys()].filter((at) => [0x30, 0x31, 0xa0, 0x04].includes(message[at] ?? 0) && message[at + 1] === 0x82);
const oids = Object.values(OID);
const altered = (message: Buffer, change: (copy: Buffer) => void): Buffer => {
  const copy = Buffer.from(message);
  change(copy);
  return copy;
};
const oneOf = <T>(all: readonly T[], below: Numbers): T | undefined => all[below(all.length)];

/** Ways to spoil a good message. */
const SPOILERS: Readonly<Record<string, (message: Buffer, below: Numbers) => Uint8Array>> = {
  'cut off': (message, below) => message.subarray(0, below(message.length)),
  'cut off at the beginning': (message, below) => message.subarray(1 + below(message.length - 1)),
  'a bit flipped': (message, below) =>
    altered(message, (copy) => {
      const at = below(copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << below(8));
    }),
  'eight bytes overwritten': (message, below) =>
    altered(message, (copy) => {
      const start = below(copy.length - 8);
      copy.fill(below(256), start, start + 8);
    }),
  'another OID': (message, below) =>
    altered(message, (copy) => {
      const found = oids.filter((oid) => copy.includes(oid, 'hex'));
      const at = copy.indexOf(oneOf(found, below) ?? '', 'hex');
      copy[at + 2 + below(3)] = below(128);
    }),
  'a huge length': (message, below) =>
    altered(message, (copy) => void copy.write('82ffff', (oneOf(longElements(copy), below) ?? 0) + 1, 'hex')),
  'a length of four gigabytes': (message, below) =>
    altered(message, (copy) => void copy.write('84ffffffff', (oneOf(longElements(copy), below) ?? 0) + 1, 'hex')),
  'a length of zero': (message, below) =>
    altered(message, (copy) => void copy.write('820000', (oneOf(longElements(copy), below) ?? 0) + 1, 'hex')),
  'no end': (message, below) =>
    altered(message, (copy) => void copy.write('80', (oneOf(longElements(copy), below) ?? 0) + 1, 'hex')),
  'a part twice': (message, below) => {
    const at = below(message.length);
    return Buffer.concat([message.subarray(0, at), message.subarray(at >> 1)]);
  },
  'something after the end': (message, below) => Buffer.concat([message, Buffer.alloc(1 + below(9))]),
  noise: (_, below) => Buffer.from(Array.from({ length: 1 + below(4000) }, () => below(256))),
  text: (_, below) => Buffer.from('<html>not found</html>\n'.repeat(1 + below(50))),
  'nested without end': (_, below) => Buffer.alloc(LARGEST_MESSAGE - below(100), Buffer.of(0x30, 0x80)),
  'nested with lengths': (_, below) => nested(Buffer.alloc(0), 100 + below(2000)),
  'many elements': (_, below) => nested(Buffer.alloc(60_000 - below(100), Buffer.of(5, 0)), 1),
};

/** Nests some bytes in sequences. */
function nested(inner: Buffer, depth: number): Buffer {
  let all = inner;
  for (let level = 0; level < depth; level++) {
    all = Buffer.concat([Buffer.of(0x30, 0x83, all.length >> 16, (all.length >> 8) & 255, all.length & 255), all]);
  }
  return all;
}

/** Starts an enrolment, with good messages for it: in DER, and as an iPhone writes them. */
function startEnrolment(): { at: ScepEnrolment; messages: readonly Buffer[] } {
  const at = new ScepEnrolment(authority, key);
  const certificate = selfSigned(key);
  return { at, messages: [false, true].map((isBer) => Buffer.from(at.request({ isBer, certificate }))) };
}

/** Number of messages: so many times each way to spoil one. */
const MESSAGES = globalThis.runsEverything ? 200 : 80;
/** Possible outcomes. A change has no effect on a byte that nobody reads, for example in the list of digests before the content. */
const DOCUMENTED: readonly Told[] = ['success', 'badAlg', 'badMessageCheck', 'badRequest', 'badTime', 400];

it(`ends each of ${MESSAGES} malformed messages as documented`, async () => {
  const seed = Number(process.env.CARDWRIGHT_SEED ?? randomInt(2 ** 31));
  const below = numbersFrom(seed);
  const names = Object.keys(SPOILERS);
  const counted = new Map<Told, number>();
  let { at, messages } = startEnrolment();
  for (let index = 0; index < MESSAGES; index++) {
    const good = messages[below(messages.length)] ?? Buffer.alloc(0);
    const name = names[index % names.length] ?? '';
    const spoilt = SPOILERS[name]?.(good, below) ?? good;
    const told = toldBy(await at.post(spoilt));
    const context = { seed, index, name };
    expect({ ...context, told, isDocumented: DOCUMENTED.includes(told) }).toMatchObject({ isDocumented: true });
    // Nothing is issued for a refused message.
    expect({ ...context, issued: at.registrar.issued.size }).toMatchObject({ issued: told === 'success' ? 1 : 0 });
    counted.set(told, (counted.get(told) ?? 0) + 1);
    if (told === 'success') ({ at, messages } = startEnrolment());
  }
  // Otherwise the changes have no effect.
  expect(counted.get(400)).toBeGreaterThan(MESSAGES / 3);
  expect(counted.get('badMessageCheck')).toBeGreaterThan(MESSAGES / 20);
  expect(counted.get('success') ?? 0).toBeLessThan(MESSAGES / 10);
});

// What a message may cost is bounded by its length, and by the elements and levels that are read of it.
it.each([
  ['levels', 41, (count: number) => nested(Buffer.of(5, 0), count - 1)],
  ['elements', 2000, (count: number) => nested(Buffer.alloc(2 * (count - 1), Buffer.of(5, 0)), 1)],
])('reads no message of more %s than %i', (_what, most, make) => {
  expect(() => readBer(make(most))).not.toThrow();
  expect(() => readBer(make(most + 1))).toThrow('not one element of BER');
});
