import { randomBytes } from 'node:crypto';
import { encodeBytes } from '@cardwright/protocol';

const CHALLENGE_BYTES = 32;

/** Makes 32 random bytes for a card to sign, base64url. No earlier signature can answer them. */
export const newChallenge = (): string => encodeBytes(randomBytes(CHALLENGE_BYTES));
