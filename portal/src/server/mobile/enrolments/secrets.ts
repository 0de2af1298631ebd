import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Length of a secret: 192 bits, so that it cannot be guessed. */
const SECRET_BYTES = 24;
const SECRET_CHARACTERS = (SECRET_BYTES * 4) / 3;

/** Returns a new random secret: 32 characters of base64url. The portal stores the hash of a secret, and not the secret. */
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** Derives a secret for one purpose from another secret: the same each time, 32 characters of base64url. It tells nothing about the other. */
export const deriveSecret = (secret: string, purpose: string): string =>
  createHmac('sha256', secret).update(purpose, 'utf8').digest('base64url').slice(0, SECRET_CHARACTERS);

/** Returns the SHA-256 hash of a secret in base64url, for storage. The secret has too many bits to be guessed from its hash. */
export const hashOf = (secret: string): string => digest(secret).toString('base64url');

/** True if a secret matches the stored hash. Takes the same time for every wrong secret. */
export const isSecretOf = (hash: string | null, secret: string | null): boolean =>
  hash !== null && secret !== null && timingSafeEqual(digest(secret), Buffer.from(hash, 'base64url'));

const digest = (secret: string): Buffer => createHash('sha256').update(secret, 'utf8').digest();
