import type { ErrorCode } from '@cardwright/protocol';

/** Errors that occur before a card changes its PIN, or by which the card reports that the PIN is unchanged. */
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
  'PIN_ENTRIES_DIFFER',
  'PINPAD_MISSING',
]);

/** True if a card still has its former PIN after a PIN change ended with this error. */
export const keepsPin = (code: ErrorCode): boolean => CODES.has(code);
