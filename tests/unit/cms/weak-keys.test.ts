import { checkPrimeSync, createECDH, createPublicKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { CardKey } from '@cardwright/cms/keys';
import { everyOrNamed } from '../../support/thorough.js';
import { ecKey, factorsOf, primeOf, rsaKey } from '../../support/weak-keys.js';

const [P, Q] = factorsOf(2048);
const SOUND = P * Q;
/** The order of P-256 (FIPS 186-5 and SP 800-186, 3.2.1.3). */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const odd = (bits: number): bigint => (1n << BigInt(bits)) - 1n;

/** Makes a product of 2048 bits with a given factor. */
function withFactor(factor: bigint): bigint {
  for (;;) {
    // Node's primes begin with two one bits.
    const modulus = factor * primeOf(2048 - factor.toString(2).length);
    if (modulus.toString(2).length === 2048) return modulus;
  }
}

/** Raises a number of 2048 / exponent bits to that exponent. */
function powerOf(exponent: number): bigint {
  for (;;) {
    const power = primeOf(Math.ceil(2048 / exponent)) ** BigInt(exponent);
    if (power.toString(2).length === 2048) return power;
  }
}

function closeFactors(): bigint {
  for (;;) {
    const p = primeOf(1024);
    let q = p + 2n;
    while (!checkPrimeSync(q)) q += 2n;
    if ((p * q).toString(2).length === 2048) return p * q;
  }
}

/** Makes a modulus with factors as in CVE-2017-15361: k * M + (65537^a mod M), M the product of the first 126 primes. */
function rocaModulus(): bigint {
  const primes: bigint[] = [];
  for (let candidate = 2n; primes.length < 126; candidate += 1n)
    if (primes.every((prime) => candidate % prime !== 0n)) primes.push(candidate);
  const M = primes.reduce((product, prime) => product * prime, 1n);
  const powerModM = (exponent: number): bigint => {
    let power = 1n;
    for (let i = 0; i < exponent; i += 1) power = (power * 65_537n) % M;
    return power;
  };
  // The test for this weakness does not depend on whether the factors are prime.
  const k = 1n << BigInt(1023 - M.toString(2).length + 1);
  const factor = (a: number, shift: bigint): bigint => (k + shift) * M + powerModM(a);
  return factor(1234, 7n) * factor(777, 13n);
}

function ecOf(privateKey: bigint): Buffer {
  const ecdh = createECDH('prime256v1');
  ecdh.setPrivateKey(Buffer.from(privateKey.toString(16).padStart(64, '0'), 'hex'));
  const point = ecdh.getPublicKey();
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((part) => part.toString('base64url'));
  return createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x ?? '', y: y ?? '' }, format: 'jwk' }).export({
    type: 'spki',
    format: 'der',
  });
}

const published = (kty: 'EC' | 'RSA', members: object): Buffer =>
  createPublicKey({ key: { kty, ...members }, format: 'jwk' }).export({ type: 'spki', format: 'der' });
const p256 = (x: string, y: string, encoding: BufferEncoding = 'base64url'): Buffer =>
  published('EC', {
    crv: 'P-256',
    x: Buffer.from(x, encoding).toString('base64url'),
    y: Buffer.from(y, encoding).toString('base64url'),
  });

/** The RSA test key of RFC 9500, 2.1. */
const RFC_9500_RSA =
  'b0f9e81943a7ae9892aade17ca7c40f8744fed2f8148e6c8eaa27b7d001548fb5192ab28b56c5060b118ccd131e594874c6ca989b56c27296f09fb93a034df32' +
  'e97c6ff0998cfd8e6f42dda58acd1fa97986f144f3d154d67650175e6854b3a952003bc06887b8455ac2b19f7b2f76504ebc98ec945571b07892150ddc6a74ca' +
  '0fbcd35497ce81534daf9418844b13aea31f9d5a6b9557bbdf619efd4e887f2d42b8dd8bc987eae1bf89cab85ee21e356305df6c07a8838e3ef41c595dcce43d' +
  'afc49123ef4d8abba93d3905e4028d7ba91484a27596e07b4b6ed992f077b524d3dcfe7ddd5549be7cce8da035cfa0b3fb8f9e46f732b2a86b460165c08f5313';

const other = (type: 'ed25519' | 'x25519' | 'ed448'): Buffer =>
  generateKeyPairSync(type as 'ed25519').publicKey.export({ type: 'spki', format: 'der' });

const WEAK: [what: string, weakness: string, spki: () => Uint8Array][] = [
  ['RSA of 512 bits', 'modulus-size', () => rsaKey(odd(512))],
  ['RSA of 1024 bits', 'modulus-size', () => rsaKey(odd(1024))],
  ['RSA of 1536 bits', 'modulus-size', () => rsaKey(odd(1536))],
  ['RSA of 2040 bits', 'modulus-size', () => rsaKey(odd(2040))],
  ['RSA of 2047 bits', 'modulus-size', () => rsaKey(odd(2047))],
  ['RSA of 2049 bits', 'modulus-size', () => rsaKey(odd(2049))],
  ['RSA of 2560 bits', 'modulus-size', () => rsaKey(odd(2560))],
  ['RSA of 8192 bits', 'modulus-size', () => rsaKey(odd(8192))],
  ['exponent 1', 'exponent', () => rsaKey(SOUND, 1n)],
  ['exponent 3', 'exponent', () => rsaKey(SOUND, 3n)],
  ['exponent 17', 'exponent', () => rsaKey(SOUND, 17n)],
  ['exponent 257', 'exponent', () => rsaKey(SOUND, 257n)],
  ['exponent 65535', 'exponent', () => rsaKey(SOUND, 65_535n)],
  ['exponent 65538, which is even', 'exponent', () => rsaKey(SOUND, 65_538n)],
  ['an exponent of 257 bits', 'exponent', () => rsaKey(SOUND, (1n << 256n) + 1n)],
  ['an even modulus', 'modulus-even', () => rsaKey(SOUND - 1n)],
  ['a modulus with the factor 3', 'small-factor', () => rsaKey(withFactor(3n))],
  ['a modulus with the factor 751', 'small-factor', () => rsaKey(withFactor(751n))],
  ['a prime as modulus', 'modulus-prime', () => rsaKey(primeOf(2048))],
  ['a square as modulus', 'modulus-power', () => rsaKey(powerOf(2))],
  ['a cube as modulus', 'modulus-power', () => rsaKey(powerOf(3))],
  ['an eighth power as modulus', 'modulus-power', () => rsaKey(powerOf(8))],
  ['factors beside each other', 'close-factors', () => rsaKey(closeFactors())],
  ['the marks of ROCA', 'roca', () => rsaKey(rocaModulus())],
  ['the RSA key of RFC 9500', 'published', () => rsaKey(BigInt(`0x${RFC_9500_RSA}`))],
  [
    'the P-256 key of RFC 9500',
    'published',
    () =>
      p256(
        '422548f88fb782ffb5eca3744452c72a1e558fbd6f73be5e48e93232cc45c5b1',
        '6c4cd10c4cb8d5b8a17139e94882c8992572993425f41419ab7e90a42a494272',
        'hex',
      ),
  ],
  [
    'the P-256 key of RFC 7515',
    'published',
    () => p256('f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU', 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0'),
  ],
  [
    'the P-256 key of RFC 7517',
    'published',
    () => p256('MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4', '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM'),
  ],
  [
    'the P-256 key of RFC 6979',
    'published',
    () =>
      p256(
        '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6',
        '7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
        'hex',
      ),
  ],
  ['the private key 1', 'guessed', () => ecOf(1n)],
  ['the private key 2', 'guessed', () => ecOf(2n)],
  ['the private key -1', 'guessed', () => ecOf(P256_ORDER - 1n)],
  ['P-224', 'key-kind', () => ecKey('secp224r1')],
  ['P-521', 'key-kind', () => ecKey('secp521r1')],
  ['secp256k1', 'key-kind', () => ecKey('secp256k1')],
  ['brainpoolP256r1', 'key-kind', () => ecKey('brainpoolP256r1')],
  ['Ed25519', 'key-kind', () => other('ed25519')],
  ['X25519', 'key-kind', () => other('x25519')],
  ['Ed448', 'key-kind', () => other('ed448')],
  ['RSA-PSS parameters', 'key-kind', () => pssKey()],
];

const dsaKey = (): Buffer =>
  generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).publicKey.export({
    type: 'spki',
    format: 'der',
  });
const pssKey = (): Buffer =>
  generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey.export({ type: 'spki', format: 'der' });

/** A key on P-256 whose point is at infinity. Node.js 20 and 22 end their process when they are asked for its curve. */
const INFINITY = Buffer.from('3019301306072a8648ce3d020106082a8648ce3d03010703020000', 'hex');

/** Makes a P-256 key with a changed point. */
function pointChanged(change: (point: Buffer) => void): Buffer {
  const spki = Buffer.from(ecKey('prime256v1'));
  change(spki.subarray(-65));
  return spki;
}

const MALFORMED: [what: string, spki: () => Uint8Array][] = [
  ['nothing', () => new Uint8Array()],
  ['DSA', () => dsaKey()],
  ['the point at infinity', () => INFINITY],
  ['bytes that are no DER', () => Buffer.alloc(91, 0xff)],
  ['a key that is cut off', () => ecKey('prime256v1').subarray(0, -1)],
  ['a key that something follows', () => Buffer.concat([ecKey('prime256v1'), Buffer.of(0)])],
  ['an RSA key that something follows', () => Buffer.concat([rsaKey(SOUND), Buffer.from('more')])],
  ['a point beside its curve', () => pointChanged((point) => (point[64] = (point[64] ?? 0) ^ 1))],
  ['a point of zeros', () => pointChanged((point) => point.fill(0, 1))],
  ['a point of an unknown form', () => pointChanged((point) => (point[0] = 5))],
  [
    'a private key',
    () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'der' }),
  ],
];

describe('a key to be certified', () => {
  it.each(['prime256v1', 'secp384r1'])('may be on %s', (curve) => {
    expect(CardKey.read(ecKey(curve)).weakness).toBeUndefined();
  });

  it.each(everyOrNamed([2048, 3072, 4096], 2048))('may be RSA of %i bits', (bits) => {
    const [p, q] = factorsOf(bits);
    expect(CardKey.read(rsaKey(p * q)).weakness).toBeUndefined();
    expect(CardKey.read(rsaKey(p * q, (1n << 255n) + 1n)).weakness).toBeUndefined();
  });

  it.each(WEAK)('must not have %s', (_what, weakness, make) => {
    const key = CardKey.read(make());
    expect(key.weakness).toBe(weakness);
    expect(() => key.requireSound()).toThrow(
      expect.objectContaining({ code: 'OPERATION_FAILED', data: { reason: 'key-weak' } }),
    );
  });

  it.each(MALFORMED)('must not be %s', (_what, make) => {
    expect(() => CardKey.read(make()).requireSound()).toThrow();
  });

  it('is tested with more than forty weak and malformed ones', () => {
    expect(WEAK.length + MALFORMED.length).toBeGreaterThan(40);
  });
});
