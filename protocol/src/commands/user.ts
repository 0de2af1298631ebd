import * as v from 'valibot';
import { defineRequest } from '../command.js';
import { described, deviceInfo, fidoPinRules, operationId, origin, pinRules, sealed, text } from '../schema.js';
import { creationOptions, registrationResponse } from '../webauthn.js';
import { WAIT_FOR_WINDOW } from '../limits.js';
import type { ProtocolVersion } from '../version.js';
import { enteredSecrets, userSecret } from './entered-secrets.js';

/** The first protocol version with the member `mayAskAgain`. An extension that speaks an earlier version refuses this member. */
export const MAY_ASK_AGAIN_SINCE: ProtocolVersion = { major: 3, minor: 2 };

/** The first protocol version with `user.useReader`, and with the members `pinpad`, `isLongTouch` and `isLong`. */
export const PINPAD_SINCE: ProtocolVersion = { major: 3, minor: 2 };

/** Entries of the user at the reader's keypad, each a PIN or PUK, in this order. */
export const READER_ENTRIES = ['pin', 'puk', 'newPin', 'newPinAgain', 'confirmPin'] as const;

/**
 * Requests that the host sends to the extension while a command runs, to ask the user. They come from the host, because only the host knows when
 * a secret is needed, how many tries are left, and which rules apply.
 */
export const userRequests = {
  'user.enterSecrets': defineRequest({
    summary: "Asks the user for secrets in the extension's window; each comes back sealed to the host's session key.",
    permission: 'none',
    handledBy: 'extension',
    capability: 'session',
    params: v.strictObject({
      secrets: described(v.pipe(v.array(userSecret), v.minLength(1)), 'What is asked, all in one window.'),
      device: deviceInfo,
      operation: described(v.nullable(operationId), 'Of the step that the command belongs to; null outside a step.'),
      rules: described(pinRules, 'For a new PIN: the rules of CMS and card together.'),
      fidoRules: described(v.nullable(fidoPinRules), 'For a new FIDO PIN; null where none is asked.'),
      mayForget: described(
        v.boolean(),
        "Whether the window offers to say that the FIDO PIN isn't known: `FIDO_PIN_FORGOTTEN`.",
      ),
      isFirst: v.exactOptional(
        described(
          v.boolean(),
          'Whether the device is of no use until its user has chosen this PIN. By default it is of use.',
        ),
      ),
      isShared: v.exactOptional(
        described(v.boolean(), 'Whether the new PIN is also that of the FIDO2 application. By default it is not.'),
      ),
      suitsBoth: v.exactOptional(
        described(
          pinRules,
          'For a new FIDO PIN: the rules that a PIN meets if it can be the device PIN too, which the user chooses later. Absent where no PIN can be both, or none is chosen later.',
        ),
      ),
      retriesLeft: described(
        v.nullable(v.number()),
        'Of the secret that the card checks; null where unknown, or where none is checked.',
      ),
      problem: described(
        v.nullable(text(60)),
        'Why it is asked again, as a code of the catalogue: for example `PIN_REFUSED_BY_DEVICE`.',
      ),
      mayAskAgain: v.exactOptional(
        described(
          v.boolean(),
          'Whether the host checks the answer at once, and may then ask the same again: the window stays until it does, or until the command has ended. By default, and with `mayForget`, it closes. From protocol 3.2.',
        ),
      ),
    }),
    result: enteredSecrets,
    errors: ['USER_CANCELLED', 'USER_TIMEOUT', 'WINDOW_NOT_ALLOWED', 'FIDO_PIN_FORGOTTEN'],
    timeout: WAIT_FOR_WINDOW,
  }),
  'user.useReader': defineRequest({
    summary:
      "Tells the user, in the extension's window, what to enter at the reader's keypad. It is answered when the user is ready, and the window stays until the command has ended. From protocol 3.2.",
    permission: 'none',
    handledBy: 'extension',
    capability: 'session',
    params: v.strictObject({
      entries: described(
        v.pipe(v.array(v.picklist(READER_ENTRIES)), v.minLength(1)),
        'What the reader asks for, in this order. `confirmPin` is the new PIN once more, which proves that the card has it.',
      ),
      device: deviceInfo,
      operation: described(v.nullable(operationId), 'Of the step that the command belongs to; null outside a step.'),
      rules: described(pinRules, 'For a new PIN. The reader checks the length alone.'),
      retriesLeft: described(
        v.nullable(v.number()),
        'Of the secret that the card checks; null where unknown, or where none is checked.',
      ),
      problem: described(v.nullable(text(60)), 'Why it is asked again, as a code of the catalogue.'),
    }),
    result: v.strictObject({}),
    errors: ['USER_CANCELLED', 'USER_TIMEOUT', 'WINDOW_NOT_ALLOWED'],
    timeout: WAIT_FOR_WINDOW,
  }),
  'user.confirm': defineRequest({
    summary:
      "Asks the user, in the extension's window, whether a device may be erased: PIV (`reset`), its FIDO2 application (`reset-fido`), one after the other (`reset-all`), or both at once because they share a PIN (`reset-shared`).",
    permission: 'none',
    handledBy: 'extension',
    capability: 'session',
    params: v.strictObject({
      action: v.picklist(['reset', 'reset-fido', 'reset-all', 'reset-shared']),
      device: deviceInfo,
      isLongTouch: v.exactOptional(
        described(
          v.boolean(),
          'Whether the security key is reset by a long touch alone (CTAP 2.3, longTouchForReset). By default by any touch. From protocol 3.2.',
        ),
      ),
    }),
    result: v.strictObject({}),
    errors: ['USER_CANCELLED', 'USER_TIMEOUT', 'WINDOW_NOT_ALLOWED'],
    timeout: WAIT_FOR_WINDOW,
  }),
  'user.createPasskey': defineRequest({
    summary:
      "Has the browser create a passkey, in the CMS's page or in a window at the relying party's origin; only for a step that the extension has checked itself.",
    permission: 'none',
    handledBy: 'extension',
    capability: 'session',
    params: v.strictObject({
      way: v.picklist(['page', 'window']),
      origin: described(origin, 'Where the browser is to create it.'),
      options: creationOptions,
      device: deviceInfo,
      operation: operationId,
      temporaryPin: described(
        v.nullable(sealed),
        "A JWE of purpose `temporaryPin`: what the user types into the browser's dialog. Null where the user has a FIDO PIN, or sets one there.",
      ),
    }),
    result: v.strictObject({ registration: registrationResponse }),
    errors: [
      'USER_CANCELLED',
      'USER_TIMEOUT',
      'WINDOW_NOT_ALLOWED',
      'RP_NOT_ALLOWED',
      'RP_PAGE_UNUSABLE',
      'PASSKEY_NOT_COMPLETED',
      'PASSKEY_EXISTS',
      'STEP_REFUSED',
      'SECRET_REFUSED',
      'ALGORITHM_NOT_SUPPORTED',
      'NOT_SUPPORTED_BY_DEVICE',
    ],
    timeout: WAIT_FOR_WINDOW,
  }),
};
