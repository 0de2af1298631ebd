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
 * Maps a CTAP status other than success to its error (CTAP 2.1, 8.2). Authenticators differ, so a status has several meanings; only this
 * file decides. `FIDO_PIN_INCORRECT` has no counter yet: see `ClientPin`.
 */
export function meaningOfCtapStatus(status: number, operation: FidoOperation): CardwrightError {
  return specificMeaning(status, operation) ?? generalMeaning(status, operation);
}

/** The error for an answer that violates CTAP or CBOR. It counts as status "other error", since there is none for it. */
export const malformedAnswer = (cause?: unknown): CardwrightError =>
  new CardwrightError('AUTHENTICATOR_ERROR', { status: STATUS.OTHER }, { cause });

/** True if an error means that the authenticator has no such credential (6.2.2, 6.8.5). Some say that it is invalid. */
export const saysNoCredential = (error: unknown): boolean =>
  hasStatus(error, STATUS.NO_CREDENTIALS) || hasStatus(error, STATUS.INVALID_CREDENTIAL);

/**
 * True if an error means that a credential is not of the relying party of the token (6.8.5). Some authenticators check this first, and give
 * the same status for a credential that does not exist.
 */
export const saysOtherRelyingParty = (error: unknown): boolean => hasStatus(error, STATUS.PIN_AUTH_INVALID);

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
    // CTAPHID: a message of another program is in progress.
    case STATUS.CHANNEL_BUSY:
      return new CardwrightError('DEVICE_BUSY');
    // Command, subcommand or option that this authenticator lacks.
    case STATUS.INVALID_COMMAND:
    case STATUS.INVALID_SUBCOMMAND:
    case STATUS.UNSUPPORTED_OPTION:
      return new CardwrightError('NOT_SUPPORTED_BY_DEVICE', { capability: kind });
    // PIN_REQUIRED in CTAP 2.0: it requires user verification, and was sent no token.
    case STATUS.PUAT_REQUIRED:
      return new CardwrightError('NOT_AUTHENTICATED');
    default:
      return new CardwrightError('AUTHENTICATOR_ERROR', { status });
  }
}

function makeCredentialMeaning(status: number): CardwrightError | undefined {
  switch (status) {
    // 6.1.2: step 12, after a touch.
    case STATUS.CREDENTIAL_EXCLUDED:
      return new CardwrightError('PASSKEY_EXISTS');
    case STATUS.KEY_STORE_FULL:
      return new CardwrightError('PASSKEY_STORE_FULL');
    case STATUS.UNSUPPORTED_ALGORITHM:
      return new CardwrightError('ALGORITHM_NOT_SUPPORTED');
    default:
      return touchMeaning(status);
  }
}

/** 6.5.5.5, 6.5.5.6: too short, on a list of weak PINs, or unchanged. */
const newPinMeaning = (status: number): CardwrightError | undefined =>
  status === STATUS.PIN_POLICY_VIOLATION ? new CardwrightError('PIN_REFUSED_BY_DEVICE') : undefined;

function pinMeaning(status: number): CardwrightError | undefined {
  switch (status) {
    case STATUS.PIN_INVALID:
      return new CardwrightError('FIDO_PIN_INCORRECT', { retriesLeft: null });
    case STATUS.PIN_BLOCKED:
      return new CardwrightError('FIDO_PIN_BLOCKED');
    // 6.5.1: three wrong PINs in a row. Only a power cycle ends it.
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
    // 6.6: more than ten seconds after power-up. Authenticators of Yubico allow five.
    case STATUS.NOT_ALLOWED:
      return new CardwrightError('FIDO_RESET_TOO_LATE');
    case STATUS.INVALID_COMMAND:
      return new CardwrightError('FIDO_RESET_REFUSED', { reason: 'unsupported' });
    default:
      return touchMeaning(status);
  }
}

/** 6.1.2, 6.6, 6.9: no touch in time. Authenticators without a display also answer "denied" after the timeout. */
function touchMeaning(status: number): CardwrightError | undefined {
  const isUntouched =
    status === STATUS.USER_ACTION_TIMEOUT ||
    status === STATUS.ACTION_TIMEOUT ||
    status === STATUS.OPERATION_DENIED ||
    status === STATUS.UP_REQUIRED;
  return isUntouched ? new CardwrightError('TOUCH_TIMEOUT') : undefined;
}
