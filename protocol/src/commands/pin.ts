import * as v from 'valibot';
import { defineCommand, nothing, secretFrom } from '../command.js';
import { pinRules, retryStatus } from '../schema.js';

/** The CMS's rules; the host intersects them with the card's. Null: the card's alone. */
const rules = v.nullable(pinRules);

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
    errors: ['DEVICE_NOT_OPEN', 'CARD_REMOVED'],
    timeout: 15_000,
  }),
  'pin.verify': defineCommand({
    summary: 'Verifies the PIN (SP 800-73-4 Part 2, 3.2.1).',
    permission: 'use',
    handledBy: 'host',
    reach: ['page', 'step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({ secrets: v.strictObject({ pin: secretFrom('user', 'session', 'cms') }) }),
    result: nothing,
    errors: [
      'PIN_INCORRECT',
      'PIN_BLOCKED',
      'LAST_TRY',
      'USER_CANCELLED',
      'USER_TIMEOUT',
      'WINDOW_NOT_ALLOWED',
      'CARD_REMOVED',
    ],
    timeout: 15_000,
  }),
  'pin.change': defineCommand({
    summary: 'Changes the PIN (SP 800-73-4 Part 2, 3.2.2); the new one is always asked of the user.',
    permission: 'use',
    handledBy: 'host',
    reach: ['page', 'step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      rules,
      secrets: v.strictObject({ pin: secretFrom('user', 'session', 'cms'), newPin: secretFrom('user') }),
    }),
    result: nothing,
    errors: [
      'PIN_INCORRECT',
      'PIN_BLOCKED',
      'PIN_REFUSED_BY_DEVICE',
      'PIN_RULES_CONFLICT',
      'LAST_TRY',
      'USER_CANCELLED',
      'USER_TIMEOUT',
      'WINDOW_NOT_ALLOWED',
      'SECRET_MISSING',
      'CARD_REMOVED',
    ],
    timeout: 15_000,
  }),
  'pin.unblock': defineCommand({
    summary: 'Sets a new PIN with the PUK (SP 800-73-4 Part 2, 3.2.3).',
    permission: 'use',
    handledBy: 'host',
    reach: ['page', 'step'],
    concurrent: false,
    capability: 'piv',
    params: v.strictObject({
      rules,
      secrets: v.strictObject({ puk: secretFrom('cms', 'user'), newPin: secretFrom('user') }),
    }),
    result: nothing,
    errors: [
      'PUK_INCORRECT',
      'PUK_BLOCKED',
      'PIN_REFUSED_BY_DEVICE',
      'PIN_RULES_CONFLICT',
      'LAST_TRY',
      'USER_CANCELLED',
      'USER_TIMEOUT',
      'WINDOW_NOT_ALLOWED',
      'CARD_REMOVED',
    ],
    timeout: 15_000,
  }),
};
