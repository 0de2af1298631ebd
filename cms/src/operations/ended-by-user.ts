import type { ErrorCode } from '@cardwright/protocol';
import type { Consequence, Step } from './definition.js';

/** Errors by which the user is away or does not want to continue, or the PIN should not be tried again here. */
const CODES: readonly ErrorCode[] = ['USER_CANCELLED', 'USER_TIMEOUT', 'PIN_INCORRECT', 'PIN_BLOCKED', 'LAST_TRY'];

/** Cancels an operation that its user ends at the PIN, if a new operation is as good as this one. */
export const CANCELLED_BY_USER: NonNullable<Step['errors']> = Object.fromEntries(
  CODES.map((code): [ErrorCode, Consequence] => [code, 'cancel']),
);
