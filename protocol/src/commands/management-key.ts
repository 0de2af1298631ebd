import * as v from 'valibot';
import { defineCommand } from '../command.js';
import { SENSITIVE, bytes, managementKeyAlgorithm } from '../schema.js';
import { CARD_ERRORS } from './card-errors.js';

/** A cipher block of the management key's algorithm: 8 bytes (3DES) or 16 (AES). */
const block = v.pipe(bytes(16), SENSITIVE);

export const managementKey = {
  'managementKey.getChallenge': defineCommand({
    summary: 'Asks the card for an encrypted witness (SP 800-73-4 Part 2, 3.2.4, mutual form).',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      /** For cards that do not tell their algorithm; else theirs is used. */
      algorithm: v.nullable(managementKeyAlgorithm),
    }),
    result: v.strictObject({ algorithm: managementKeyAlgorithm, witness: block }),
    errors: [...CARD_ERRORS, 'ALGORITHM_NOT_SUPPORTED', 'MANAGEMENT_KEY_REFUSED'],
    timeout: 25_000,
  }),
  'managementKey.authenticate': defineCommand({
    summary: "Gives the card the decrypted witness and a challenge; the card's answer is for the server to verify.",
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      algorithm: managementKeyAlgorithm,
      /** The witness, decrypted. */
      response: block,
      challenge: block,
      /** On refusal, a fresh witness of this algorithm comes with the error, for the next candidate. */
      nextAlgorithm: v.nullable(managementKeyAlgorithm),
    }),
    result: v.strictObject({ cardResponse: block }),
    errors: [...CARD_ERRORS, 'MANAGEMENT_KEY_REFUSED'],
    timeout: 25_000,
  }),
};
