import { CardwrightError, isCardwrightError } from '@cardwright/protocol';
import { STATUS } from './ctap.js';

/** The operation that the authenticator answered with a status. */
export type FidoOperation =
  | { readonly kind: 'getInfo' }
  | { readonly kind: 'getPinRetries' }
  | { readonly kind: 'getKeyAgreement' }
  | { readonly kind: 'setFidoPin' }
  | { readonly kind: 'changeFidoPin' }
  | { readonly kind: 'getPinToken' }
  | { readonly kind: 'getUvToken' }
  | { readonly kind: 'makeCredential' }
  | { readonly kind: 'getAssertion' }
  | { readonly kind: 'deleteCredential' }
  | { readonly kind: 'setMinPinLength' }
  | { readonly kind: 'resetFido' }
  | { readonly kind: 'selection' };

/**
 * Maps a CTAP status other than success to its error (CTAP 2.1, 8.2). The meaning of a status depends on the operation and on the vendor; only
 * this file decides the meaning. `ClientPin` afterwards adds the remaining tries to `FIDO_PIN_INCORRECT`, or replaces the error if the
 * authenticator takes no PIN now.
 */
export function meaningOfCtapStatus(status: number, operation: FidoOperation): CardwrightError {
  return specificMeaning(status, operation) ?? generalMeaning(status, operation);
}

/**
 * Returns the error for an answer that violates CTAP or CBOR. The error contains the status "other error", because CTAP has no status for malformed
 * answers.
 */
export const malformedAnswer = (cause?: unknown): CardwrightError =>
  new CardwrightError('AUTHENTICATOR_ERROR', { status: STATUS.OTHER }, { cause });

/**
 * True if an error means that the authenticator does not have the credential that the request names (6.2.2, 6.8.5). The status is "no credentials",
 * or "invalid credential" from some authenticators.
 */
export const saysNoCredential = (error: unknown): boolean =>
  hasStatus(error, STATUS.NO_CREDENTIALS) || hasStatus(error, STATUS.INVALID_CREDENTIAL);

/**
 * True if an error means that the token does not permit the deletion of a credential (6.8.5): the credential belongs to another relying party,
 * or does not exist, or the authenticator accepts no token that is bound to one relying party.
 */
export const saysNotPermitted = (error: unknown): boolean => hasStatus(error, STATUS.PIN_AUTH_INVALID);

const hasStatus = (error: unknown, status: number): boolean =>
  isCardwrightError(error, 'AUTHENTICATOR_ERROR') && error.data.status === status;

function specificMeaning(status: number, { kind }: FidoOperation): CardwrightError | undefined {
  switch (kind) {
    case 'makeCredential':
      return makeCredentialMeaning(status);
    case 'setFidoPin':
      return newPinMeaning(status);
    case 'changeFidoPin':
      return newPinMeaning(status) ?? pinMeaning(status);
    case 'getPinToken':
      return pinMeaning(status);
    case 'resetFido':
      return resetMeaning(status);
    case 'selection':
      return touchMeaning(status);
    case 'getInfo':
    case 'getPinRetries':
    case 'getKeyAgreement':
    case 'getUvToken':
    case 'getAssertion':
    case 'deleteCredential':
    case 'setMinPinLength':
      return undefined;
  }
}

function generalMeaning(status: number, { kind }: FidoOperation): CardwrightError {
  switch (status) {
    case STATUS.KEEPALIVE_CANCEL:
      return new CardwrightError('CANCELLED');
    // CTAPHID (11.2.9.1.6): a message of another program is in progress.
    case STATUS.CHANNEL_BUSY:
      return new CardwrightError('DEVICE_BUSY');
    // The authenticator lacks the command, the subcommand or an option.
    case STATUS.INVALID_COMMAND:
    case STATUS.INVALID_SUBCOMMAND:
    case STATUS.UNSUPPORTED_OPTION:
      return new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: kind });
    // The authenticator requires user verification, and the message had no token. CTAP 2.0 calls the status PIN_REQUIRED.
    case STATUS.PUAT_REQUIRED:
      return new CardwrightError('NOT_AUTHENTICATED');
    default:
      return new CardwrightError('AUTHENTICATOR_ERROR', { status });
  }
}

function makeCredentialMeaning(status: number): CardwrightError | undefined {
  switch (status) {
    // The authenticator waited for a touch before it refused (6.1.2, step 12).
    case STATUS.CREDENTIAL_EXCLUDED:
      return new CardwrightError('PASSKEY_EXISTS', {});
    case STATUS.KEY_STORE_FULL:
      return new CardwrightError('PASSKEY_STORE_FULL');
    case STATUS.UNSUPPORTED_ALGORITHM:
      return new CardwrightError('ALGORITHM_NOT_SUPPORTED');
    default:
      return touchMeaning(status);
  }
}

/** Returns the error for a new PIN that is too short, on a list of weak PINs, or unchanged (6.5.5.5, 6.5.5.6). */
const newPinMeaning = (status: number): CardwrightError | undefined =>
  status === STATUS.PIN_POLICY_VIOLATION ? new CardwrightError('PIN_REFUSED_BY_DEVICE') : undefined;

function pinMeaning(status: number): CardwrightError | undefined {
  switch (status) {
    case STATUS.PIN_INVALID:
      return new CardwrightError('FIDO_PIN_INCORRECT', { retriesLeft: null });
    case STATUS.PIN_BLOCKED:
      return new CardwrightError('FIDO_PIN_BLOCKED');
    // After three wrong PINs in a row, the authenticator takes no PIN until a power cycle (6.5.1).
    case STATUS.PIN_AUTH_BLOCKED:
      return new CardwrightError('FIDO_PIN_PAUSED');
    case STATUS.PIN_NOT_SET:
      return new CardwrightError('FIDO_PIN_MISSING');
    default:
      return undefined;
  }
}

function resetMeaning(status: number): CardwrightError | undefined {
  switch (status) {
    // A reset is allowed only for ten seconds after power-up (6.6), on authenticators of Yubico for five.
    case STATUS.NOT_ALLOWED:
      return new CardwrightError('FIDO_RESET_TOO_LATE');
    case STATUS.INVALID_COMMAND:
      return new CardwrightError('FIDO_RESET_REFUSED', { reason: 'unsupported' });
    default:
      return touchMeaning(status);
  }
}

/**
 * Returns the error for a touch that did not come in time (6.1.2, 6.6, 6.9); undefined for any other status. Authenticators without a display
 * also answer "denied" after the timeout.
 */
function touchMeaning(status: number): CardwrightError | undefined {
  const isUntouched =
    status === STATUS.USER_ACTION_TIMEOUT ||
    status === STATUS.ACTION_TIMEOUT ||
    status === STATUS.OPERATION_DENIED ||
    status === STATUS.UP_REQUIRED;
  return isUntouched ? new CardwrightError('TOUCH_TIMEOUT') : undefined;
}
