import * as v from 'valibot';
import { defineRequest } from '../command.js';
import { deviceInfo, operationId, pinRules, sealed, text } from '../schema.js';
import { WAIT_FOR_WINDOW } from '../user-wait.js';

/** Secrets that a window can ask for. */
export const userSecret = v.picklist(['pin', 'newPin', 'puk']);
export type UserSecret = v.InferOutput<typeof userSecret>;

/**
 * Requests that go the other way: from the host to the extension, while a command runs. Only the host knows the moment
 * (after the commands before it), the retries left and the rules that hold, so it is the host that asks.
 */
export const userRequests = {
  'user.enterSecrets': defineRequest({
    summary: "Asks the user for secrets in the extension's window; each comes back sealed to the host's session key.",
    permission: 'none',
    handledBy: 'extension',
    capability: 'session',
    params: v.strictObject({
      secrets: v.pipe(v.array(userSecret), v.minLength(1)),
      device: deviceInfo,
      operation: v.nullable(operationId),
      rules: pinRules,
      /** Of the secret that the card checks; null where unknown, or where none is checked. */
      retriesLeft: v.nullable(v.number()),
      /** Why the window opens again, as a code of the catalogue: for example `PIN_REFUSED_BY_DEVICE`. */
      problem: v.nullable(text(60)),
    }),
    /** By the names asked for; sealed with purpose `pin`, `newPin` or `puk`. */
    result: v.strictObject({
      sealed: v.strictObject({
        pin: v.exactOptional(sealed),
        newPin: v.exactOptional(sealed),
        puk: v.exactOptional(sealed),
      }),
    }),
    errors: ['USER_CANCELLED', 'USER_TIMEOUT', 'WINDOW_NOT_ALLOWED'],
    timeout: WAIT_FOR_WINDOW,
  }),
  'user.confirm': defineRequest({
    summary: "Asks the user, in the extension's window, whether a device may be erased.",
    permission: 'none',
    handledBy: 'extension',
    capability: 'session',
    params: v.strictObject({ action: v.picklist(['reset']), device: deviceInfo }),
    result: v.strictObject({}),
    errors: ['USER_CANCELLED', 'USER_TIMEOUT', 'WINDOW_NOT_ALLOWED'],
    timeout: WAIT_FOR_WINDOW,
  }),
};
