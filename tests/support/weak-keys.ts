import { createPublicKey, generateKeyPairSync, generatePrimeSync, type JsonWebKey } from 'node:crypto';

/** Keys that must not be certified. Large numbers are drawn once per process. */

const bytesOf = (value: bigint): Buffer => {
  const hex = value.toString(16);
  return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
};
const spkiOf = (jwk: JsonWebKey): Buffer =>
  createPublicKey({ key: jwk, format: 'jwk' }).export({ type: 'spki', format: 'der' });

/** Builds the DER SubjectPublicKeyInfo of an RSA key with any numbers. */
export const rsaKey = (modulus: bigint, exponent = 65_537n): Buffer =>
  spkiOf({
    kty: 'RSA',
    n: bytesOf(modulus).toString('base64url'),
    e: bytesOf(exponent).toString('base64url'),
  });

export const primeOf = (bits: number): bigint => generatePrimeSync(bits, { bigint: true });

/** Draws two primes whose product has exactly so many bits. */
export function factorsOf(bits: number): [bigint, bigint] {
  for (;;) {
    const [p, q] = [primeOf(bits / 2), primeOf(bits / 2)];
    if (p !== q && (p * q).toString(2).length === bits) return [p, q];
  }
}

/** Generates a key pair, and returns its public key. */
export const ecKey = (namedCurve: string): Buffer =>
  generateKeyPairSync('ec', { namedCurve }).publicKey.export({ type: 'spki', format: 'der' });
