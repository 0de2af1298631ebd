import * as v from 'valibot';
import { defineCommand, nothing, secretFrom } from '../command.js';
import { bytes, described, deviceInfo, fidoPinRules, origin } from '../schema.js';
import { creationOptions, credentialId, registrationResponse, rpId } from '../webauthn.js';
import { CARD_ERRORS } from './card-errors.js';

/** Ways to create a passkey: see docs/issuance.md. */
export const PASSKEY_WAYS = ['host', 'page', 'window'] as const;
export const passkeyWay = v.picklist(PASSKEY_WAYS);
export type PasskeyWay = v.InferOutput<typeof passkeyWay>;

/** Errors of every command that uses the FIDO application. */
const FIDO_ERRORS = [...CARD_ERRORS, 'FIDO_UNREACHABLE', 'AUTHENTICATOR_ERROR'] as const;
const WINDOW_ERRORS = [
  'USER_CANCELLED',
  'USER_TIMEOUT',
  'WINDOW_NOT_ALLOWED',
  'SECRET_MISSING',
  'SECRET_REFUSED',
] as const;
const PIN_ERRORS = ['FIDO_PIN_INCORRECT', 'FIDO_PIN_BLOCKED', 'FIDO_PIN_PAUSED', 'FIDO_PIN_MISSING'] as const;

/** Milliseconds. Authenticators choose how long they wait for a touch; even with a slow reader that is no longer than this. */
const TOUCH = 90_000;

const pinRulesOfCms = described(
  v.nullable(fidoPinRules),
  "The CMS's rules; the host intersects them with the device's own. Null: the device's alone.",
);

/**
 * - `user`: entered in the extension's window;
 * - `session`: the PIN that the host remembers for this device: the one set or accepted in this session or, if it is shared, the
 *   initial PIN.
 */
const fidoPin = secretFrom('user', 'session');

/** The FIDO2 application over CTAP2. If a host cannot reach it, it lists no application `fido2` for the device. */
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
  'fido.setPin': defineCommand({
    summary:
      'Sets the first FIDO PIN, which the user chooses; the host remembers it until the device is closed (CTAP 2.1, 6.5.5.5).',
    permission: 'use',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'fido',
    params: v.strictObject({
      rules: pinRulesOfCms,
      secrets: v.strictObject({ newFidoPin: secretFrom('user') }),
    }),
    result: v.strictObject({ device: deviceInfo }),
    errors: [...FIDO_ERRORS, ...WINDOW_ERRORS, 'PIN_REFUSED_BY_DEVICE', 'PIN_RULE_VIOLATED', 'PIN_RULES_CONFLICT'],
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
  'fido.createCredential': defineCommand({
    summary:
      'Registers a passkey on the open device, in the way that the CMS chose (CTAP 2.1, 6.1; WebAuthn Level 3, 5.1.3).',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'fido',
    params: v.strictObject({
      way: described(
        passkeyWay,
        "`host`: the host itself speaks with the device. `page`: the browser does, in the CMS's page. `window`: the browser does, in a window at the relying party's origin. For the last two the host releases the device, and opens it again afterwards.",
      ),
      origin: described(
        origin,
        "Of the client data: the page's own, or that of a foreign relying party that the administrator allows for it.",
      ),
      options: described(creationOptions, 'What the relying party orders.'),
      proof: described(
        v.nullable(bytes(32)),
        'A challenge that the new credential signs on the open device, so that it is known to be there; null where no proof is asked for.',
      ),
      pin: described(
        v.picklist(['separate', 'shared']),
        'Whether the FIDO PIN is one of its own, or the same as the device PIN: then the host makes a temporary one, which the window shows in the ways `page` and `window`.',
      ),
      mayForget: described(
        v.boolean(),
        "Whether the window offers to reset the FIDO application where the user doesn't know its PIN.",
      ),
      secrets: v.strictObject({ fidoPin: described(v.nullable(fidoPin), 'Null in the ways `page` and `window`.') }),
    }),
    result: v.strictObject({
      registration: registrationResponse,
      proof: described(
        v.nullable(v.strictObject({ authenticatorData: bytes(1_024), signature: bytes(1_024) })),
        'An assertion of the new credential over the [passkey proof](#passkey-proofs), made by the open device; null where it could not be made.',
      ),
      device: described(deviceInfo, 'The device, open as before.'),
    }),
    errors: [
      ...FIDO_ERRORS,
      ...WINDOW_ERRORS,
      ...PIN_ERRORS,
      'FIDO_PIN_FORGOTTEN',
      // Errors of the temporary PIN, and of restoring the initial one.
      'PIN_BLOCKED',
      'PIN_INCORRECT',
      'PIN_REFUSED_BY_DEVICE',
      'PIN_RULE_VIOLATED',
      'PUK_BLOCKED',
      'PUK_INCORRECT',
      'RP_NOT_ALLOWED',
      'STEP_REFUSED',
      'TOUCH_TIMEOUT',
      'PASSKEY_EXISTS',
      'PASSKEY_STORE_FULL',
      'PASSKEY_NOT_COMPLETED',
      'RP_PAGE_UNUSABLE',
      'ALGORITHM_NOT_SUPPORTED',
      'WRONG_DEVICE',
    ],
    timeout: TOUCH,
  }),
  'fido.deleteCredential': defineCommand({
    summary:
      'Deletes a passkey that was made since the device was opened and not accepted, where the device can (CTAP 2.1, 6.8).',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'fido',
    params: v.strictObject({
      rpId,
      credential: credentialId,
      secrets: v.strictObject({ fidoPin }),
    }),
    result: v.strictObject({
      deleted: described(
        v.boolean(),
        'False where the device has no such command, or no such credential, or the credential is older.',
      ),
    }),
    errors: [...FIDO_ERRORS, ...WINDOW_ERRORS, ...PIN_ERRORS],
    timeout: 30_000,
  }),
  'fido.reset': defineCommand({
    summary:
      'Erases the FIDO2 application (CTAP 2.1, 6.6), after the user confirmed it, here or in `device.confirmErasure`, and inserted the device again. Refused where that would erase another application too.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'fido',
    params: nothing,
    result: v.strictObject({ device: described(deviceInfo, 'The device, open as before, without a FIDO PIN.') }),
    errors: [
      ...FIDO_ERRORS,
      'USER_CANCELLED',
      'USER_TIMEOUT',
      'WINDOW_NOT_ALLOWED',
      'FIDO_RESET_TOO_LATE',
      'FIDO_RESET_REFUSED',
      'TOUCH_TIMEOUT',
      'WRONG_DEVICE',
    ],
    timeout: 150_000,
  }),
};
