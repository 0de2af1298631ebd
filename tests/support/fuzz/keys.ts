import fc, { type Arbitrary } from 'fast-check';
import { bits, element, integer, NULL, octets, oid, sequence } from './der.js';

/**
 * Draws public keys (DER SubjectPublicKeyInfo): sound ones, ones whose parts make no sense, and any of them with bytes changed. Everything comes from
 * fast-check's seed, so that a case can be repeated.
 */

const hex = (text: string): Uint8Array => Buffer.from(text, 'hex');

const EC = '2a8648ce3d0201';
const RSA = '2a864886f70d010101';
const RSA_PSS = '2a864886f70d01010a';
const DSA = '2a8648ce380401';
const DH = '2a864886f70d010301';
const SHA256 = '608648016503040201';
const MGF1 = '2a864886f70d010108';
const P256 = '2a8648ce3d030107';

/** The generators of P-256 and P-384 (SP 800-186, 3.2.1), whose private key is 1. */
const POINTS: Readonly<Record<string, string>> = {
  [P256]:
    '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
    '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
  '2b81040022':
    'aa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7' +
    '3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f',
};
/** P-521, P-224, secp256k1, brainpoolP256r1, P-192, sect163k1, an arc that is no curve, and SM2. */
const OTHER_CURVES = [
  '2b81040023',
  '2b81040021',
  '2b8104000a',
  '2b2403030208010107',
  '2a8648ce3d030101',
  '2b81040001',
  '2b81040063',
  '2a811ccf5501822d',
];
/** Lengths of coordinates around those of the curves. */
const SIZES = [0, 1, 28, 31, 32, 33, 48, 49, 64, 66, 67];

/** The modulus of the test key of RFC 9500, 2.1. */
const MODULUS =
  'b0f9e81943a7ae9892aade17ca7c40f8744fed2f8148e6c8eaa27b7d001548fb5192ab28b56c5060b118ccd131e594874c6ca989b56c27296f09fb93a034df32' +
  'e97c6ff0998cfd8e6f42dda58acd1fa97986f144f3d154d67650175e6854b3a952003bc06887b8455ac2b19f7b2f76504ebc98ec945571b07892150ddc6a74ca' +
  '0fbcd35497ce81534daf9418844b13aea31f9d5a6b9557bbdf619efd4e887f2d42b8dd8bc987eae1bf89cab85ee21e356305df6c07a8838e3ef41c595dcce43d' +
  'afc49123ef4d8abba93d3905e4028d7ba91484a27596e07b4b6ed992f077b524d3dcfe7ddd5549be7cce8da035cfa0b3fb8f9e46f732b2a86b460165c08f5313';

const bytes = (minLength: number, maxLength: number): Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength, size: 'max' });

const someOf = <T>(...values: readonly T[]): Arbitrary<T> => fc.constantFrom(...values);

/** A point of one of the forms of SEC 1, 2.3.3 (infinity, compressed, hybrid), or of none. */
const anyPoint: Arbitrary<Uint8Array> = fc.oneof(
  someOf(hex('00'), hex(''), hex('04'), hex('02'), hex('0000'), hex(`00${'00'.repeat(64)}`)),
  fc
    .tuple(someOf(0, 1, 2, 3, 4, 5, 6, 7, 0x80), someOf(1, 2), someOf(...SIZES), fc.integer())
    .chain(([form, coordinates, size, fill]) =>
      fc
        .oneof(
          bytes(coordinates * size, coordinates * size),
          fc.constant(new Uint8Array(coordinates * size).fill(fill)),
        )
        .map((rest) => Buffer.concat([Buffer.of(form), rest])),
    ),
);

const goodPoint = (curve: string, form: number): Uint8Array => {
  const point = hex(POINTS[curve] ?? '');
  const isCompressed = form === 2 || form === 3;
  return Buffer.concat([Buffer.of(form), isCompressed ? point.subarray(0, point.length / 2) : point]);
};

/** Explicit parameters (SEC 1, C.2), with numbers that may make no sense. */
const explicitCurve: Arbitrary<Uint8Array> = fc
  .tuple(fc.array(bytes(0, 34), { minLength: 5, maxLength: 5 }), someOf('2a8648ce3d0101', '2a8648ce3d0102'))
  .map(([[p, a, b, g, n], field]) =>
    sequence(
      integer(Uint8Array.of(1)),
      sequence(oid(field), integer(p ?? hex('00'))),
      sequence(octets(a ?? hex('')), octets(b ?? hex(''))),
      octets(g ?? hex('')),
      integer(n ?? hex('')),
    ),
  );

const elliptic: Arbitrary<Uint8Array> = fc.oneof(
  fc
    .tuple(someOf(...Object.keys(POINTS)), someOf(2, 3, 4, 6, 7))
    .map(([curve, form]) => sequence(sequence(oid(EC), oid(curve)), bits(goodPoint(curve, form)))),
  fc
    .tuple(
      fc.oneof(someOf(...Object.keys(POINTS), ...OTHER_CURVES).map(oid), explicitCurve, someOf(NULL, hex(''))),
      anyPoint,
    )
    .map(([parameters, point]) => sequence(sequence(oid(EC), parameters), bits(point))),
);

/** A number of an RSA or DSA key: sound, zero, empty, negative, with zeros before it, or enormous. */
const anyNumber: Arbitrary<Uint8Array> = fc.oneof(
  someOf(`00${MODULUS}`, MODULUS, '010001', '03', '01', '00', '', '80', 'ff', '0000', `0000${MODULUS}`, '02').map(hex),
  bytes(0, 40),
  fc
    .tuple(someOf(64, 128, 255, 256, 257, 384, 512, 513, 1024, 2048, 2049, 8192), fc.integer({ min: 1, max: 255 }))
    .map(([length, fill]) => Buffer.concat([Buffer.of(0), Buffer.alloc(length, fill | 1)])),
);

const numbers = (least: number, most: number): Arbitrary<Uint8Array> =>
  fc.array(anyNumber, { minLength: least, maxLength: most }).map((all) => sequence(...all.map((one) => integer(one))));

const goodRsa = sequence(integer(hex(`00${MODULUS}`)), integer(hex('010001')));

const hash = (digest: string): Uint8Array => sequence(oid(digest), NULL);
const pssParameters: Arbitrary<Uint8Array> = fc
  .tuple(someOf(SHA256, '2b0e03021a', MGF1, '2a864886f70d0205'), someOf(MGF1, SHA256), bytes(0, 4), bytes(0, 9))
  .map(([digest, mask, salt, trailer]) =>
    sequence(
      element(0xa0, hash(digest)),
      element(0xa1, sequence(oid(mask), hash(digest))),
      element(0xa2, integer(salt)),
      element(0xa3, integer(trailer)),
    ),
  );

const rsa: Arbitrary<Uint8Array> = fc
  .tuple(
    fc.oneof(
      someOf(RSA, RSA_PSS).chain((algorithm) => someOf(sequence(oid(algorithm), NULL), sequence(oid(algorithm)))),
      pssParameters.map((parameters) => sequence(oid(RSA_PSS), parameters)),
    ),
    fc.oneof(fc.constant(goodRsa), numbers(0, 3)),
  )
  .map(([algorithm, key]) => sequence(algorithm, bits(key)));

/** DSA and Diffie-Hellman, with parameters that are damaged. */
const discrete: Arbitrary<Uint8Array> = fc
  .tuple(
    someOf(DSA, DH, '2a8648ce3e0201'),
    fc.oneof(numbers(0, 4), someOf(NULL, hex(''))),
    fc.oneof(anyNumber, bytes(0, 3)),
  )
  .map(([algorithm, parameters, y]) => sequence(sequence(oid(algorithm), parameters), bits(integer(y))));

/** X25519, X448, Ed25519 and Ed448 (RFC 8410), with keys of any length. */
const edwards: Arbitrary<Uint8Array> = fc
  .tuple(
    someOf('2b656e', '2b656f', '2b6570', '2b6571', '2b6572'),
    someOf(NULL, hex('')),
    someOf(0, 1, 31, 32, 33, 56, 57, 58).chain((length) => bytes(length, length)),
  )
  .map(([algorithm, parameters, key]) => sequence(sequence(oid(algorithm), parameters), bits(key)));

/** Nested so deep that a parser that calls itself runs out of stack. */
const nested: Arbitrary<Uint8Array> = fc.integer({ min: 1, max: 400 }).map((depth) => {
  let inner: Uint8Array = oid(EC);
  for (let level = 0; level < depth; level += 1) inner = sequence(inner);
  return inner;
});

/** Changes bytes, cuts them, repeats them, lets something follow, and makes a length indefinite. */
export const spoilt = (whole: Arbitrary<Uint8Array>): Arbitrary<Uint8Array> =>
  fc
    .tuple(
      whole,
      fc.nat(),
      fc.nat({ max: 255 }),
      bytes(0, 8),
      someOf('change', 'cut', 'add', 'insert', 'drop', 'indefinite'),
    )
    .map(([good, place, byte, more, how]) => {
      const at = good.length === 0 ? 0 : place % good.length;
      const [before, after] = [good.subarray(0, at), good.subarray(at)];
      if (how === 'cut') return before;
      if (how === 'add') return Buffer.concat([good, more]);
      if (how === 'insert') return Buffer.concat([before, more, after]);
      if (how === 'drop') return Buffer.concat([before, after.subarray(1 + (byte % 8))]);
      const changed = Buffer.from(good);
      if (changed.length > 0) changed[how === 'change' ? at : Math.min(1, at)] = how === 'change' ? byte : 0x80;
      return how === 'change' ? changed : Buffer.concat([changed, Buffer.alloc(2)]);
    });

const made: Arbitrary<Uint8Array> = fc.oneof(
  { weight: 4, arbitrary: elliptic },
  { weight: 3, arbitrary: rsa },
  { weight: 2, arbitrary: discrete },
  { weight: 2, arbitrary: edwards },
  { weight: 1, arbitrary: nested },
);

/** Public keys of all kinds: one in three has bytes that were changed after it was made. */
export const keys: Arbitrary<Uint8Array> = fc.oneof(
  { weight: 6, arbitrary: made },
  { weight: 3, arbitrary: spoilt(made) },
  { weight: 1, arbitrary: bytes(0, 100) },
);

/** Private keys (PKCS #8, RFC 5958; RFC 5915) with a public half that may be of none of the forms. */
export const privateKeys: Arbitrary<Uint8Array> = fc
  .tuple(
    fc.oneof(someOf(...Object.keys(POINTS), ...OTHER_CURVES).map(oid), explicitCurve),
    fc.oneof(someOf(hex('01'.padStart(64, '0')), hex('00'.repeat(32))), bytes(0, 34)),
    fc.option(anyPoint),
  )
  .map(([curve, secret, point]) =>
    sequence(
      integer(hex('00')),
      sequence(oid(EC), curve),
      octets(sequence(integer(hex('01')), octets(secret), ...(point === null ? [] : [element(0xa1, bits(point))]))),
    ),
  );

const base64url = (value: Uint8Array): string => Buffer.from(value).toString('base64url');

/** Public keys as JWK, and what only looks like one. */
export const jwks: Arbitrary<object> = fc.record(
  {
    kty: someOf('EC', 'RSA', 'OKP', 'oct', 'AKP'),
    crv: someOf('P-256', 'P-384', 'P-521', 'secp256k1', 'Ed25519', 'Ed448', 'X25519', 'P-192'),
    x: fc.oneof(
      anyNumber.map(base64url),
      someOf(base64url(goodPoint(P256, 2).subarray(1)), 'A'.repeat(43)),
      fc.string(),
    ),
    y: fc.oneof(
      anyNumber.map(base64url),
      someOf(base64url(goodPoint(P256, 4).subarray(33)), 'A'.repeat(43)),
      fc.string(),
    ),
    n: anyNumber.map(base64url),
    e: anyNumber.map(base64url),
  },
  { requiredKeys: ['kty'] },
);

/** Members of COSE keys (RFC 9053, 7.1 and 7.2). */
export const coseKeys: Arbitrary<ReadonlyMap<number, unknown>> = fc
  .tuple(
    someOf(1, 2, 3, 7),
    someOf(-7, -8, -35, -36, -257, -37, -48),
    fc.oneof(someOf<unknown>(1, 2, 3, 6, 7, 8, 99, null), anyNumber),
    fc.oneof(someOf(goodPoint(P256, 2).subarray(1), hex('010001')), anyNumber),
    fc.oneof(someOf(goodPoint(P256, 4).subarray(33)), anyNumber),
  )
  .map(
    ([kty, alg, crv, x, y]) =>
      new Map<number, unknown>([
        [1, kty],
        [3, alg],
        [-1, crv],
        [-2, x],
        [-3, y],
      ]),
  );
