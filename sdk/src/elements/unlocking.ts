import type { ErrorCode } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';

/** Errors after which only a new PIN helps: the PIN is blocked, or only its last try is left, which Cardwright never spends. */
const CODES: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['PIN_BLOCKED', 'LAST_TRY']);

/** True if only a new PIN helps after this error. */
export const isHelpedByUnlock = ({ code }: { readonly code: ErrorCode }): boolean => CODES.has(code);

/** True if a device reports that its PIN is blocked, but not that its PUK is blocked. */
export const isPinBlocked = ({ pin, puk }: Pick<DeviceInfo, 'pin' | 'puk'>): boolean =>
  pin?.blocked === true && puk?.blocked !== true;
