import type { ErrorCode } from '@cardwright/protocol';
import type { Device } from '../store/rows.js';

const CANNOT_SIGN: ErrorCode = 'KEY_CANNOT_SIGN';

/**
 * True if the last issuance of a device failed because one of its keys cannot sign, and no operator has allowed another try since. Under the same
 * policy, another issuance would make new keys and fail in the same way.
 */
export const isKnownUnfit = ({ state, stateReason }: Pick<Device, 'state' | 'stateReason'>): boolean =>
  state === 'failed' && stateReason === CANNOT_SIGN;
