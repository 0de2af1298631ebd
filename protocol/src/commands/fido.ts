import * as v from 'valibot';
import { defineCommand, nothing, secretFrom } from '../command.js';
import { described, deviceInfo, fidoPinRules } from '../schema.js';
import { CARD_ERRORS } from './card-errors.js';

/** Errors with which every command to the FIDO2 application can end. */
export const FIDO_ERRORS = [...CARD_ERRORS, 'FIDO_UNREACHABLE', 'AUTHENTICATOR_ERROR'] as const;
export const WINDOW_ERRORS = [
  'USER_CANCELLED',
  'USER_TIMEOUT',
  'WINDOW_NOT_ALLOWED',
  'SECRET_MISSING',
  'SECRET_REFUSED',
] as const;
export const PIN_ERRORS = ['FIDO_PIN_INCORRECT', 'FIDO_PIN_BLOCKED', 'FIDO_PIN_PAUSED', 'FIDO_PIN_MISSING'] as const;

export const pinRulesOfCms = described(
  v.nullable(fidoPinRules),
  "The CMS's rules; the host intersects them with the device's own. Null: the device's alone.",
);

/**
 * Sources of the FIDO PIN:
 * - `user`: the user enters the PIN in the extension's window;
 * - `session`: the PIN that the host remembers while the device is open. This is the PIN that was last set or accepted or, if the PIN is shared
 *   with PIV, the initial PIN.
 */
export const fidoPin = secretFrom('user', 'session');

/**
 * Commands to the FIDO2 application, over CTAP2, that a page may send. If the host cannot reach this application, the device's
 * `applications` do not contain `fido2`.
 */
export const fido = {
  'fido.getInfo': defineCommand({
    summary:
      'Asks the authenticator again what it is and can do, and how many tries its PIN has (CTAP 2.1, 6.4 and 6.5.5.2).',
    permission: 'read',
    handledBy: 'host',
    reach: ['page', 'step'],
    concurrent: false,
    capability: 'fido',
    params: nothing,
    result: v.strictObject({
      device: deviceInfo,
      pinRetriesLeft: described(v.nullable(v.number()), 'Null where no PIN is set.'),
    }),
    errors: [...FIDO_ERRORS],
    timeout: 15_000,
  }),
  'fido.changePin': defineCommand({
    summary: 'Changes the FIDO PIN. The user always chooses the new one (CTAP 2.1, 6.5.5.6).',
    permission: 'use',
    handledBy: 'host',
    reach: ['page', 'step'],
    concurrent: false,
    capability: 'fido',
    params: v.strictObject({
      rules: pinRulesOfCms,
      secrets: v.strictObject({ fidoPin, newFidoPin: secretFrom('user') }),
    }),
    result: nothing,
    errors: [
      ...FIDO_ERRORS,
      ...WINDOW_ERRORS,
      ...PIN_ERRORS,
      'PIN_REFUSED_BY_DEVICE',
      'PIN_RULE_VIOLATED',
      'PIN_RULES_CONFLICT',
    ],
    timeout: 15_000,
  }),
};
