import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

/** 192 bits. */
const SECRET_BYTES = 24;

/** A secret that only its holder keeps: 32 characters of base64url. */
export const newSecret = (): string => randomBytes(SECRET_BYTES).toString('base64url');

/** What is kept of a secret: SHA-256 of its characters, base64url. It has too many bits to be guessed from that. */
export const hashOf = (secret: string): string => digest(secret).toString('base64url');

/** Whether a secret is the one of which the hash was kept; as fast for every wrong one. */
export const isSecretOf = (hash: string | null, secret: string | null): boolean =>
  hash !== null && secret !== null && timingSafeEqual(digest(secret), Buffer.from(hash, 'base64url'));

const digest = (secret: string): Buffer => createHash('sha256').update(secret, 'utf8').digest();
