import { randomBytes } from 'node:crypto';
import { encodeBytes } from '@cardwright/protocol';

const CHALLENGE_BYTES = 32;

/** Random bytes that a card has to sign, base64url, so that no earlier signature can answer them. */
export const newChallenge = (): string => encodeBytes(randomBytes(CHALLENGE_BYTES));
