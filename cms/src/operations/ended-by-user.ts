import type { ErrorCode } from '@cardwright/protocol';
import type { ConsequenceRule, Step } from './definition.js';

/** Errors after which the user is away or does not want to continue, or the PIN should not be tried again here. */
const CODES: readonly ErrorCode[] = ['USER_CANCELLED', 'USER_TIMEOUT', 'PIN_INCORRECT', 'PIN_BLOCKED', 'LAST_TRY'];

/** Makes the consequences for a step that asks for the PIN: this rule for each error with which the user stops there. */
export const whenUserStops = (rule: ConsequenceRule): NonNullable<Step['errors']> =>
  Object.fromEntries(CODES.map((code): [ErrorCode, ConsequenceRule] => [code, rule]));

/**
 * Consequences for a step that asks for the PIN: if the user stops there, the operation is cancelled. These consequences suit an operation that loses
 * nothing when it is started again.
 */
export const CANCELLED_BY_USER = whenUserStops('cancel');
