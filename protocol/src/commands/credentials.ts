import * as v from 'valibot';
import { defineCommand, nothing, secretFrom } from '../command.js';
import { SENSITIVE, bytes, managementKeyAlgorithm, sealed } from '../schema.js';
import { CARD_ERRORS, DEVICE_ERRORS } from './card-errors.js';

/** What the host seals to the CMS in `credentials.prepare`: the plaintext of the escrow, as JSON. */
export const escrowContent = v.strictObject({
  /** Null where the card keeps its management key. */
  managementKey: v.nullable(v.strictObject({ algorithm: managementKeyAlgorithm, key: v.pipe(bytes(32), SENSITIVE) })),
  /** Eight digits. */
  puk: v.pipe(v.string(), v.regex(/^\d{8}$/), SENSITIVE),
  /** The initial PIN: digits, as long as ordered. */
  pin: v.pipe(v.string(), v.regex(/^\d{6,8}$/), SENSITIVE),
});
export type EscrowContent = v.InferOutput<typeof escrowContent>;

/** SHA-256 over the ASCII of the escrow's compact JWE. */
const digest = v.pipe(v.string(), v.regex(/^[\w-]{43}$/));

export const credentials = {
  'credentials.prepare': defineCommand({
    summary: 'Makes a new management key, PUK and initial PIN and seals them to the CMS; the card is not changed.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      /** Algorithm of the new management key; null leaves the card its key. */
      managementKey: v.nullable(managementKeyAlgorithm),
      pinLength: v.pipe(v.number(), v.integer(), v.minValue(6), v.maxValue(8)),
    }),
    result: v.strictObject({ escrow: sealed, digest }),
    errors: [...DEVICE_ERRORS, 'NOT_SUPPORTED_BY_DEVICE', 'CMS_KEYS_UNAVAILABLE'],
    timeout: 10_000,
  }),
  'credentials.restore': defineCommand({
    summary:
      "Gives the host a stored escrow's PUK and initial PIN back, as if it had prepared them in this session; the card is not changed, and keeps its management key.",
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      /** Of the escrow as the CMS stored it. */
      digest,
      secrets: v.strictObject({ puk: secretFrom('cms'), pin: secretFrom('cms') }),
    }),
    result: nothing,
    errors: [...DEVICE_ERRORS, 'SECRET_MISSING', 'SECRET_REFUSED'],
    timeout: 10_000,
  }),
  'credentials.apply': defineCommand({
    summary:
      'Writes the credentials that the host has to the card, in the order management key, PUK, PIN, and verifies each. It spends one try of the PUK at most.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      /** Of the escrow as the CMS stored it. */
      digest,
      secrets: v.strictObject({
        /** The PUK that the card should have now; perhaps the new one already. */
        puk: secretFrom('cms'),
      }),
    }),
    result: v.strictObject({ managementKeyChanged: v.boolean() }),
    errors: [
      ...CARD_ERRORS,
      'ESCROW_MISMATCH',
      'SECRET_MISSING',
      'PUK_INCORRECT',
      'PUK_BLOCKED',
      'LAST_TRY',
      'ALGORITHM_NOT_SUPPORTED',
      'MANAGEMENT_KEY_REFUSED',
      'PIN_BLOCKED',
      'PIN_INCORRECT',
      'PIN_REFUSED_BY_DEVICE',
      'PIN_RULE_VIOLATED',
      'SECRET_REFUSED',
    ],
    timeout: 30_000,
  }),
};
