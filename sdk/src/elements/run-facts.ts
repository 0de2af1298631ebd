import type { DeviceInfo } from '@cardwright/protocol';
import type { OperationStatus } from '../operation.js';
import type { PasskeyOrder } from '../passkey-order.js';

/** How far an operation is, on which device; the panes that show that have it. */
export interface RunFacts {
  /** Null until the device is open. */
  readonly status: OperationStatus | null;
  readonly device: DeviceInfo;
  /** Those that it gets, as far as they were ordered. */
  readonly passkeys: readonly PasskeyOrder[];
  /** Whether to stop now may leave a device that cannot be used: something may have been applied to it. */
  readonly isHalfDone: boolean;
}

/**
 * The PINs that the device has for its user: `fido` where it has passkeys alone, `both` where they differ, `shared` where one PIN is
 * for all, `device` where it has no passkey.
 */
export function pinsOf({
  device,
  passkeys,
}: Pick<RunFacts, 'device' | 'passkeys'>): 'device' | 'fido' | 'both' | 'shared' {
  if (!device.applications.includes('piv')) return 'fido';
  if (passkeys.length === 0) return 'device';
  return passkeys.some(({ pin }) => pin === 'shared') ? 'shared' : 'both';
}

/** Whether everything on the device is being erased, as its user has agreed. */
export const isErasing = (status: OperationStatus | null): boolean =>
  status?.turn === 'card' && status.method === 'device.reset' && status.hasAnswered === true;

/** Whether a device that cannot reset itself is being written over, as the first thing that is done with it. */
export const isBeingWrittenOver = (status: OperationStatus | null): boolean =>
  status?.turn === 'card' && status.method === 'key.generate';

/** Whether the extension's window asks the user if the device may be erased. */
export const isErasureAsked = (status: OperationStatus | null): boolean =>
  status?.turn === 'user' && (status.method === 'device.reset' || status.method === 'device.confirmErasure');
