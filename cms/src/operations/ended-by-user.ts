import type { ErrorCode } from '@cardwright/protocol';
import type { Consequence, Step } from './definition.js';

/** The user is gone or does not want it, or the PIN is to be given no more tries here. */
const CODES: readonly ErrorCode[] = ['USER_CANCELLED', 'USER_TIMEOUT', 'PIN_INCORRECT', 'PIN_BLOCKED', 'LAST_TRY'];

/** Cancels an operation that its user ends at the PIN, where a new operation is as good as this one. */
export const CANCELLED_BY_USER: NonNullable<Step['errors']> = Object.fromEntries(
  CODES.map((code): [ErrorCode, Consequence] => [code, 'cancel']),
);
