import type { ErrorCode } from '@cardwright/protocol';

/** Errors of a user who does not confirm an erasure. */
export const UNCONFIRMED: readonly ErrorCode[] = ['USER_CANCELLED', 'USER_TIMEOUT', 'WINDOW_NOT_ALLOWED'];
