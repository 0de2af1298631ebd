import { publicJwk, type PublicJwk } from '@cardwright/protocol/schemas';
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type CryptoKey } from 'jose';
import * as v from 'valibot';
import type { KeyRing } from './key-ring.js';

const privateJwk = v.object({ ...publicJwk.entries, d: v.pipe(v.string(), v.regex(/^[\w-]{43}$/)) });
type PrivateJwk = v.InferOutput<typeof privateJwk>;

/** The private keys of a key ring, as JWKs. A CMS keeps them in a file that only it can read, or in its environment. */
export const keyRingSecrets = v.object({ signing: privateJwk, sealing: privateJwk });
export type KeyRingSecrets = v.InferOutput<typeof keyRingSecrets>;

/**
 * Makes a new key ring without storing it. If its keys are lost, everything sealed to them is lost too.
 *
 * @example
 * const store = await memoryStore({ keys: await newKeyRing() });
 */
export const newKeyRing = async (): Promise<KeyRing> => importKeyRing(await newKeyRingSecrets());

/**
 * Makes the private keys of a new key ring.
 *
 * @example
 * import { writeFile } from 'node:fs/promises';
 * await writeFile('keys.json', JSON.stringify(await newKeyRingSecrets()), { mode: 0o600 });
 */
export const newKeyRingSecrets = async (): Promise<KeyRingSecrets> => ({
  signing: await newKey('ES256'),
  sealing: await newKey('ECDH-ES'),
});

/**
 * Makes a key ring from stored private keys.
 *
 * @example
 * import { readFile } from 'node:fs/promises';
 * const keys = await importKeyRing(validate(keyRingSecrets, JSON.parse(await readFile('keys.json', 'utf8'))));
 */
export async function importKeyRing({ signing, sealing }: KeyRingSecrets): Promise<KeyRing> {
  const signingPublic = { ...publicPart(signing), alg: 'ES256', use: 'sig' as const };
  const sealingPublic = { ...publicPart(sealing), alg: 'ECDH-ES', use: 'enc' as const };
  return {
    signingKey: await importPrivate(signing, 'ES256'),
    signingKeyId: signingPublic.kid,
    sealingKey: await importPrivate(sealing, 'ECDH-ES'),
    sealingPublic,
    published: { keys: [signingPublic, sealingPublic] },
  };
}

async function newKey(algorithm: 'ES256' | 'ECDH-ES'): Promise<PrivateJwk> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true, crv: 'P-256' });
  const jwk = await exportJWK(privateKey);
  return v.parse(privateJwk, {
    ...jwk,
    alg: algorithm,
    use: algorithm === 'ES256' ? 'sig' : 'enc',
    kid: await calculateJwkThumbprint(jwk),
  });
}

const publicPart = ({ kty, crv, x, y, kid }: PrivateJwk): PublicJwk & { kid: string } => ({
  kty,
  crv,
  x,
  y,
  kid: kid ?? x,
});

async function importPrivate({ kty, crv, x, y, d }: PrivateJwk, algorithm: string): Promise<CryptoKey> {
  const key = await importJWK({ kty, crv, x, y, d }, algorithm);
  if (key instanceof Uint8Array) throw new Error('expected a key pair');
  return key;
}
