import * as v from 'valibot';
import { defineCommand, nothing, secretFrom } from '../command.js';
import { bytes, described, deviceInfo, origin, pinRules } from '../schema.js';
import { creationOptions, credentialId, registrationResponse, rpId } from '../webauthn.js';
import { FIDO_ERRORS, PIN_ERRORS, WINDOW_ERRORS, fidoPin, pinRulesOfCms } from './fido.js';
import { passkeyWay } from './passkey-way.js';

/**
 * Time limit of a command that waits for a touch, in milliseconds. An authenticator ends its own wait for a touch earlier, even with a slow
 * reader.
 */
const TOUCH = 90_000;

/** Commands of the FIDO2 application that come only in steps. */
export const fidoInSteps = {
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
      devicePinRules: v.exactOptional(
        described(
          pinRules,
          "The CMS's rules for the device PIN that the user chooses later in the operation: the window says which PIN can be both. By default it says nothing of that.",
        ),
      ),
      secrets: v.strictObject({ newFidoPin: secretFrom('user') }),
    }),
    result: v.strictObject({ device: deviceInfo }),
    errors: [...FIDO_ERRORS, ...WINDOW_ERRORS, 'PIN_REFUSED_BY_DEVICE', 'PIN_RULE_VIOLATED', 'PIN_RULES_CONFLICT'],
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
      // Errors that can occur while a device gets a temporary PIN, and its initial PIN again afterwards.
      'PIN_BLOCKED',
      'PIN_INCORRECT',
      'PIN_RULES_CONFLICT',
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
      'HOST_DAMAGED',
    ],
    timeout: TOUCH,
  }),
  'fido.deleteCredential': defineCommand({
    summary:
      'Deletes a passkey where the device can (CTAP 2.1, 6.8): one that was made since the device was opened and not accepted or, with `origin`, one that was registered before.',
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'fido',
    params: v.strictObject({
      rpId,
      credential: credentialId,
      origin: v.exactOptional(
        described(
          origin,
          "Of the relying party at which the passkey was registered before: the page's own, or a foreign one that the administrator allows for it.",
        ),
      ),
      secrets: v.strictObject({ fidoPin }),
    }),
    result: v.strictObject({
      deleted: described(
        v.boolean(),
        'False where the device has no such command, or no such credential, or the credential is older and `origin` is missing.',
      ),
    }),
    errors: [...FIDO_ERRORS, ...WINDOW_ERRORS, ...PIN_ERRORS, 'RP_NOT_ALLOWED', 'HOST_DAMAGED'],
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
    timeout: 180_000,
  }),
};
