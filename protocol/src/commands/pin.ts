import * as v from 'valibot';
import { defineCommand, nothing, secretFrom } from '../command.js';
import { PINPAD_USES } from '../piv-rules.js';
import { described, pinRules, retryStatus } from '../schema.js';
import { CARD_ERRORS } from './card-errors.js';

const rules = described(
  v.nullable(pinRules),
  "The CMS's rules; the host intersects them with the card's own. Null: the card's alone. Outside a step it must be null, and the site must have no CMS: else the answer is `STEP_REQUIRED`.",
);

const shared = v.exactOptional(
  described(
    v.boolean(),
    'Whether the FIDO2 application has the same PIN, as far as the CMS knows: the window says so.',
  ),
);

const pinpad = v.exactOptional(
  described(
    v.picklist(PINPAD_USES),
    "Where the user enters what comes from the source `user`: at the reader's keypad (PC/SC part 10) if it has one, or there alone. By default in the window. From protocol 3.2.",
  ),
);

const PINPAD_ERRORS = ['PINPAD_MISSING', 'PINPAD_UNUSABLE'] as const;

export const pin = {
  'pin.getStatus': defineCommand({
    summary: 'Tells the counters of PIN and PUK without spending a try.',
    permission: 'read',
    handledBy: 'host',
    reach: ['page', 'step'],
    concurrent: false,
    capability: 'piv',
    params: nothing,
    result: v.strictObject({ pin: retryStatus, puk: retryStatus }),
    errors: [...CARD_ERRORS],
    timeout: 15_000,
  }),
  'pin.verify': defineCommand({
    summary:
      'Verifies the PIN (SP 800-73-4 Part 2, 3.2.1). Within a step the host then remembers it for the source `session`, so that the user types it once.',
    permission: 'use',
    handledBy: 'host',
    reach: ['page', 'step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({ pinpad, secrets: v.strictObject({ pin: secretFrom('user', 'session', 'cms') }) }),
    result: nothing,
    errors: [
      ...CARD_ERRORS,
      'PIN_INCORRECT',
      'PIN_BLOCKED',
      'LAST_TRY',
      'USER_CANCELLED',
      'USER_TIMEOUT',
      'WINDOW_NOT_ALLOWED',
      'PIN_RULE_VIOLATED',
      'PIN_RULES_CONFLICT',
      'SECRET_MISSING',
      'SECRET_REFUSED',
      ...PINPAD_ERRORS,
    ],
    timeout: 15_000,
  }),
  'pin.change': defineCommand({
    summary:
      'Changes the PIN (SP 800-73-4 Part 2, 3.2.2), and verifies it. The user always chooses the new one; within a step the host remembers it for the source `session`.',
    permission: 'use',
    handledBy: 'host',
    reach: ['page', 'step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      rules,
      shared,
      pinpad,
      secrets: v.strictObject({ pin: secretFrom('user', 'session', 'cms'), newPin: secretFrom('user') }),
    }),
    result: nothing,
    errors: [
      ...CARD_ERRORS,
      'PIN_INCORRECT',
      'PIN_BLOCKED',
      'PIN_REFUSED_BY_DEVICE',
      'PIN_RULE_VIOLATED',
      'PIN_RULES_CONFLICT',
      'LAST_TRY',
      'USER_CANCELLED',
      'USER_TIMEOUT',
      'WINDOW_NOT_ALLOWED',
      'SECRET_MISSING',
      'SECRET_REFUSED',
      'PIN_ENTRIES_DIFFER',
      'PIN_UNCONFIRMED',
      ...PINPAD_ERRORS,
    ],
    timeout: 15_000,
  }),
  'pin.unblock': defineCommand({
    summary:
      'Sets a new PIN with the PUK (SP 800-73-4 Part 2, 3.2.3), and verifies it. The user always chooses it; within a step the host remembers it for the source `session`.',
    permission: 'use',
    handledBy: 'host',
    reach: ['page', 'step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      rules,
      shared,
      pinpad,
      secrets: v.strictObject({ puk: secretFrom('cms', 'user'), newPin: secretFrom('user') }),
    }),
    result: nothing,
    errors: [
      ...CARD_ERRORS,
      'PUK_INCORRECT',
      'PUK_BLOCKED',
      'PIN_BLOCKED',
      'PIN_REFUSED_BY_DEVICE',
      'PIN_RULE_VIOLATED',
      'PIN_RULES_CONFLICT',
      'LAST_TRY',
      'USER_CANCELLED',
      'USER_TIMEOUT',
      'WINDOW_NOT_ALLOWED',
      'SECRET_MISSING',
      'SECRET_REFUSED',
      'PIN_ENTRIES_DIFFER',
      'PIN_UNCONFIRMED',
      ...PINPAD_ERRORS,
    ],
    timeout: 15_000,
  }),
};
