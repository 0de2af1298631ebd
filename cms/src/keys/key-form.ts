import { DerReader, TAG } from './der-reader.js';

/**
 * Maximum number of bytes that are looked at. The largest accepted key, RSA of 16,384 bits, has less; what follows a key must not have more.
 */
const LONGEST_KEY = 4096;
/** Maximum modulus that OpenSSL verifies signatures with, in bytes. */
const LARGEST_MODULUS = 16_384 / 8;
/** Maximum exponent in bytes. FIPS 186-5, A.1.1 allows 256 bits; a larger one would only cost time. */
const LARGEST_EXPONENT = 64;

const EC = '2a8648ce3d0201';
const RSA = '2a864886f70d010101';
const RSA_PSS = '2a864886f70d01010a';
const MGF1 = '2a864886f70d010108';

/** Bytes of a coordinate, by the OID of the curve (RFC 5480, 2.1.1.1; SEC 2; RFC 5639). */
const CURVES: ReadonlyMap<string, number> = new Map([
  ['2a8648ce3d030107', 32], // P-256
  ['2b81040022', 48], // P-384
  ['2b81040023', 66], // P-521
  ['2b81040021', 28], // P-224
  ['2b8104000a', 32], // secp256k1
  ['2b2403030208010107', 32], // brainpoolP256r1
  ['2b240303020801010b', 48], // brainpoolP384r1
  ['2b240303020801010d', 64], // brainpoolP512r1
]);

/** Bytes of a key, by the OID of its algorithm (RFC 8410). */
const EDWARDS: ReadonlyMap<string, number> = new Map([
  ['2b656e', 32], // X25519
  ['2b656f', 56], // X448
  ['2b6570', 32], // Ed25519
  ['2b6571', 57], // Ed448
]);

/** Hash functions of RSA-PSS (RFC 4055, 2.1): SHA-1 and SHA-2. */
const HASHES: ReadonlySet<string> = new Set([
  '2b0e03021a',
  ...['01', '02', '03', '04'].map((last) => `6086480165030402${last}`),
]);

/** Forms of a point by its first byte (SEC 1, 2.3.3), with the number of coordinates that follow. */
const POINTS: ReadonlyMap<number | undefined, number> = new Map([
  [0x02, 1],
  [0x03, 1],
  [0x04, 2],
]);

/**
 * Returns the DER SubjectPublicKeyInfo (RFC 5280, 4.1.2.7) with which the bytes begin, if OpenSSL may read it. OpenSSL and Node.js end the
 * process for keys that are well-formed but make no sense: on Node.js 20 and 22, a point at infinity does that as soon as someone asks for the curve. So
 * the bytes are judged before: algorithm, parameters, curve, and the length of each part.
 *
 * - Elliptic keys are on a named curve, and have a point of exactly its length, compressed or not. Infinity, hybrid points and explicit
 *   parameters are refused.
 * - RSA keys have a modulus of at most 16,384 bits and an exponent of at most 512. Some applets leave out the zero byte before a modulus, so the
 *   numbers are read without sign, as OpenSSL does.
 * - DSA, Diffie-Hellman and all other algorithms are refused.
 *
 * That a key is readable does not make it sound: see `findWeakness`.
 *
 * @throws Error that names the fault
 */
export function keyInForm(bytes: Uint8Array): Uint8Array {
  if (bytes.length > LONGEST_KEY) throw new Error('a key of too many bytes');
  const reader = new DerReader(bytes);
  const info = new DerReader(reader.next(TAG.SEQUENCE));
  const algorithm = new DerReader(info.next(TAG.SEQUENCE));
  const oid = hex(algorithm.next(TAG.OID));
  const key = bitsOf(info.next(TAG.BIT_STRING));
  info.end();
  requireKey(oid, algorithm, key);
  algorithm.end();
  return bytes.subarray(0, reader.position);
}

function requireKey(oid: string, parameters: DerReader, key: Uint8Array): void {
  if (oid === EC) requirePoint(CURVES.get(hex(parameters.next(TAG.OID))), key);
  else if (oid === RSA) {
    requireNull(parameters);
    requireNumbers(key);
  } else if (oid === RSA_PSS) {
    requireHashes(parameters);
    requireNumbers(key);
  } else if (EDWARDS.get(oid) !== key.length) throw new Error('another algorithm, or a key of another length');
}

function requirePoint(size: number | undefined, point: Uint8Array): void {
  const coordinates = POINTS.get(point[0]);
  if (size === undefined) throw new Error('another curve');
  if (coordinates === undefined || point.length !== 1 + coordinates * size) throw new Error('no point of the curve');
}

function requireNumbers(key: Uint8Array): void {
  const reader = new DerReader(key);
  const numbers = new DerReader(reader.next(TAG.SEQUENCE));
  reader.end();
  requireNumber(numbers.next(TAG.INTEGER), LARGEST_MODULUS);
  requireNumber(numbers.next(TAG.INTEGER), LARGEST_EXPONENT);
  numbers.end();
}

function requireNumber(content: Uint8Array, largest: number): void {
  const digits = content[0] === 0 ? content.subarray(1) : content;
  if (digits.length === 0 || digits[0] === 0 || digits.length > largest) throw new Error('a number of another size');
}

/** Many encoders leave out the NULL that RFC 3279, 2.3.1 demands. */
function requireNull(parameters: DerReader): void {
  if (parameters.isNext(TAG.NULL) && parameters.next(TAG.NULL).length > 0) throw new Error('a NULL with content');
}

/** Requires the parameters of RSA-PSS (RFC 4055, 3.1): hash functions that are known, and numbers of at most two bytes. */
function requireHashes(parameters: DerReader): void {
  if (parameters.isAtEnd) return;
  const members = new DerReader(parameters.next(TAG.SEQUENCE));
  if (members.isNext(0xa0)) requireHash(new DerReader(members.next(0xa0)));
  if (members.isNext(0xa1)) {
    const mask = new DerReader(members.next(0xa1));
    const generator = new DerReader(mask.next(TAG.SEQUENCE));
    mask.end();
    if (hex(generator.next(TAG.OID)) !== MGF1) throw new Error('another mask generation function');
    requireHash(generator);
  }
  for (const tag of [0xa2, 0xa3])
    if (members.isNext(tag)) {
      const member = new DerReader(members.next(tag));
      const [first, ...more] = member.next(TAG.INTEGER);
      member.end();
      if (first === undefined || first > 0x7f || more.length > 1) throw new Error('a number of another size');
    }
  members.end();
}

/** Reads the only AlgorithmIdentifier that is left. */
function requireHash(reader: DerReader): void {
  const hash = new DerReader(reader.next(TAG.SEQUENCE));
  reader.end();
  if (!HASHES.has(hex(hash.next(TAG.OID)))) throw new Error('another hash function');
  requireNull(hash);
  hash.end();
}

/** Returns the bytes of a BIT STRING whose bits fill its bytes. */
function bitsOf(content: Uint8Array): Uint8Array {
  if (content[0] !== 0) throw new Error('a key that does not fill its bytes');
  return content.subarray(1);
}

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
