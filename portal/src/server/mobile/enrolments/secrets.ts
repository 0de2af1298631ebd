import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 192 bits. */
const SECRET_BYTES = 24;

/** Makes a secret that only its holder keeps: 32 characters of base64url. */
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** Hashes a secret for storage: SHA-256 of its characters, base64url. The secret has too many bits to be guessed from its hash. */
export const hashOf = (secret: string): string => digest(secret).toString('base64url');

/** True if a secret matches the stored hash. Takes the same time for every wrong secret. */
export const isSecretOf = (hash: string | null, secret: string | null): boolean =>
  hash !== null && secret !== null && timingSafeEqual(digest(secret), Buffer.from(hash, 'base64url'));

const digest = (secret: string): Buffer => createHash('sha256').update(secret, 'utf8').digest();
