import type { ErrorCode } from '@cardwright/protocol';

/** Errors that come before a card changes its PIN, or by which it says that it did not. */
const CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'USER_CANCELLED',
  'USER_TIMEOUT',
  'WINDOW_NOT_ALLOWED',
  'PIN_INCORRECT',
  'PIN_BLOCKED',
  'PUK_INCORRECT',
  'PUK_BLOCKED',
  'LAST_TRY',
  'PIN_REFUSED_BY_DEVICE',
  'PIN_RULE_VIOLATED',
  'PIN_RULES_CONFLICT',
]);

/** Whether a card still has the PIN that it had, after its PIN was to be changed and that ended with an error. */
export const keepsPin = (code: ErrorCode): boolean => CODES.has(code);
