import * as v from 'valibot';
import { defineCommand, nothing, secretFrom } from '../command.js';
import { SENSITIVE, between, bytes, described, managementKeyAlgorithm, sealed } from '../schema.js';
import { PIV_PIN_LENGTH } from '../piv-rules.js';
import type { ProtocolVersion } from '../version.js';
import { CARD_ERRORS, DEVICE_ERRORS } from './card-errors.js';

/** The first protocol version with the member `managementKeyProof`. A CMS that speaks an earlier version refuses this member. */
export const MANAGEMENT_KEY_PROOF_SINCE: ProtocolVersion = { major: 3, minor: 2 };

/** Plaintext of the escrow, as JSON in UTF-8. The host seals the escrow to the CMS in `credentials.prepare`. */
export const escrowContent = v.strictObject({
  managementKey: described(
    v.nullable(v.strictObject({ algorithm: managementKeyAlgorithm, key: v.pipe(bytes(32), SENSITIVE) })),
    'Null where the card keeps its management key.',
  ),
  puk: described(v.pipe(v.string(), v.regex(/^\d{8}$/), SENSITIVE), 'The new PUK.'),
  pin: described(
    v.nullable(v.pipe(v.string(), v.regex(/^\d{6,8}$/), SENSITIVE)),
    'The initial PIN, as long as ordered; null where none was ordered.',
  ),
});
export type EscrowContent = v.InferOutput<typeof escrowContent>;

const digest = described(
  v.pipe(v.string(), v.regex(/^[\w-]{43}$/)),
  "SHA-256 over the ASCII of the escrow's compact JWE, base64url.",
);

/** Digest of the escrow as the CMS stored it. It shows the host that the CMS has exactly this escrow. */
const digestOfStored = described(digest, 'The same of the escrow as the CMS stored it.');

export const credentials = {
  'credentials.prepare': defineCommand({
    summary:
      'Makes a new PUK, and a management key and an initial PIN where they are ordered, and seals them to the CMS; the card is not changed.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      managementKey: described(
        v.nullable(managementKeyAlgorithm),
        'Algorithm of the new management key; null leaves the card its key.',
      ),
      pinLength: described(
        v.nullable(between(PIV_PIN_LENGTH.min, PIV_PIN_LENGTH.max)),
        'Digits of the initial PIN; null leaves the card its PIN.',
      ),
    }),
    result: v.strictObject({ escrow: described(sealed, 'A JWE of purpose `escrow`.'), digest }),
    errors: [...DEVICE_ERRORS, 'NOT_SUPPORTED_BY_DEVICE', 'CMS_KEYS_UNAVAILABLE'],
    timeout: 10_000,
  }),
  'credentials.restore': defineCommand({
    summary:
      "Gives a stored escrow's PUK and, where it has one, its initial PIN back to the host, as if it had prepared them in this session. The card is not changed, and will keep its management key.",
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      digest: digestOfStored,
      secrets: v.strictObject({
        puk: secretFrom('cms'),
        pin: described(v.nullable(secretFrom('cms')), 'Null where the escrow has none.'),
      }),
    }),
    result: nothing,
    errors: [...DEVICE_ERRORS, 'SECRET_MISSING', 'SECRET_REFUSED'],
    timeout: 10_000,
  }),
  'credentials.apply': defineCommand({
    summary:
      'Writes the prepared or restored credentials to the card, those that there are in the order management key, PUK, PIN, and verifies each. It spends one try of the PUK at most. After `PIN_REFUSED_BY_DEVICE` the card has all of them but the PIN.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      digest: digestOfStored,
      secrets: v.strictObject({
        puk: described(
          secretFrom('cms'),
          'The PUK that the card should have now: [which one](#resuming). No other one is tried.',
        ),
      }),
    }),
    result: v.strictObject({
      managementKeyChanged: described(
        v.boolean(),
        'True if these credentials have a management key, which the card has now. False after `credentials.restore`, even if the card had it before.',
      ),
      managementKeyProof: v.exactOptional(
        described(
          bytes(16),
          "The card's answer, with its new management key, to the first bytes of the escrow's digest: as many as a block of the algorithm has. Absent where it has no new one.",
        ),
      ),
    }),
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
