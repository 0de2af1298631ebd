import * as v from 'valibot';
import { defineCommand } from '../command.js';
import { SENSITIVE, bytes, described, managementKeyAlgorithm } from '../schema.js';
import { CARD_ERRORS } from './card-errors.js';

/** A cipher block of the management key's algorithm: 8 bytes with 3DES, 16 with AES. */
const block = v.pipe(bytes(16), SENSITIVE);

export const managementKey = {
  'managementKey.getChallenge': defineCommand({
    summary:
      'Asks the card for a witness: random bytes that it encrypted with its management key (SP 800-73-4 Part 2, 3.2.4, mutual form).',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      algorithm: described(
        v.nullable(managementKeyAlgorithm),
        'For a card that does not tell its algorithm; one that does is believed.',
      ),
    }),
    result: v.strictObject({
      algorithm: managementKeyAlgorithm,
      witness: described(block, 'Encrypted with the management key: one block, ECB.'),
    }),
    errors: [...CARD_ERRORS, 'ALGORITHM_NOT_SUPPORTED', 'MANAGEMENT_KEY_REFUSED'],
    timeout: 25_000,
  }),
  'managementKey.authenticate': defineCommand({
    summary: 'Gives the card the decrypted witness and a challenge of the CMS, which verifies what the card answers.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      algorithm: managementKeyAlgorithm,
      response: described(block, 'The witness, decrypted.'),
      challenge: described(block, 'Random, one block.'),
      nextAlgorithm: described(
        v.nullable(managementKeyAlgorithm),
        'Of the next key that may be the right one: `MANAGEMENT_KEY_REFUSED` then brings a fresh witness for it.',
      ),
    }),
    result: v.strictObject({
      cardResponse: described(
        block,
        'The challenge, encrypted by the card. Only a CMS that compares it knows that the card has the key.',
      ),
    }),
    errors: [...CARD_ERRORS, 'MANAGEMENT_KEY_REFUSED'],
    timeout: 25_000,
  }),
};
