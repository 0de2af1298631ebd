import { createPrivateKey } from 'node:crypto';
import type { KeySource } from '@cardwright/virtual-card';
import { KeyAlgorithm } from '../../virtual-card/src/card/algorithms.js';
import { freshKeys, inverseOf, toBytes, toInteger } from '../../virtual-card/src/piv-applet/private-key.js';
import { madeOnce } from './made-once.js';

let dealt = 0;

/**
 * Returns an RSA key of 2048 bits as PKCS #8, DER. Making one takes longer than an issuance, because its primes have to be found. So keys
 * combine the primes of few made keys in pairs. Each file of tests is dealt the same keys in the same order, and none twice, because a CMS
 * refuses a key that it knows from another device.
 */
export async function nextRsaKey(): Promise<Buffer> {
  // Of each larger number of primes, the newest with each of the older ones: (1, 0), (2, 0), (2, 1), (3, 0) and so on.
  const newer = Math.floor((1 + Math.sqrt(1 + 8 * dealt)) / 2);
  const older = dealt - (newer * (newer - 1)) / 2;
  dealt += 1;
  return keyOf(await primeOf(newer), await primeOf(older));
}

const EXPONENT = 65_537n;
/** Made keys; prime `n` belongs to key `n / 2`. */
const made = new Map<number, Promise<Buffer>>();

async function primeOf(number: number): Promise<bigint> {
  const index = Math.floor(number / 2);
  const making = made.get(index) ?? madeOnce(`rsa-primes-${index}`, () => freshKeys.generate(KeyAlgorithm.rsa2048));
  made.set(index, making);
  const { p, q } = createPrivateKey({ key: await making, type: 'pkcs8', format: 'der' }).export({ format: 'jwk' });
  return numberIn((number % 2 === 0 ? p : q) ?? '');
}

/** Makes the key of two primes (RFC 8017, 3.2). */
function keyOf(p: bigint, q: bigint): Buffer {
  const d = inverseOf(EXPONENT, (p - 1n) * (q - 1n));
  const numbers = { n: p * q, e: EXPONENT, d, p, q, dp: d % (p - 1n), dq: d % (q - 1n), qi: inverseOf(q, p) };
  const members = Object.entries(numbers).map(([name, value]) => [name, textOf(value)] as const);
  const key = createPrivateKey({ key: { kty: 'RSA', ...Object.fromEntries(members) }, format: 'jwk' });
  return key.export({ type: 'pkcs8', format: 'der' });
}

const numberIn = (base64url: string): bigint => toInteger(Buffer.from(base64url, 'base64url'));
const textOf = (value: bigint): string => toBytes(value).toString('base64url');

/** Makes the keys of cards: RSA keys of 2048 bits are dealt, others are generated. */
export const dealtKeys: KeySource = {
  generate: (algorithm) => (algorithm === KeyAlgorithm.rsa2048 ? nextRsaKey() : freshKeys.generate(algorithm)),
};
