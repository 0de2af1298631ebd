import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { OperationProgress } from '../operation.js';
import type { PasskeyOrder } from '../passkey-order.js';

/** The facts of an operation on a device, for the panes that show the operation. */
export interface RunFacts {
  /** Progress of the operation; null until it is first reported, at the latest when the first step runs. */
  readonly status: OperationProgress | null;
  readonly device: DeviceInfo;
  /** The passkeys that the CMS has ordered for the device so far. */
  readonly passkeys: readonly PasskeyOrder[];
  /** Set if stopping now may leave the device unusable, because the content of the device may have been changed. */
  readonly isHalfDone: boolean;
}

/**
 * Returns which PINs the user has for the device: only a FIDO PIN (`fido`) if the device has no PIV, and only the device PIN (`device`) if no
 * passkey was ordered. If a passkey was ordered for a device with PIV, the user has one PIN for both uses (`shared`), or one PIN for each use
 * (`both`).
 */
export function pinsOf({
  device,
  passkeys,
}: Pick<RunFacts, 'device' | 'passkeys'>): 'device' | 'fido' | 'both' | 'shared' {
  if (!device.applications.includes('piv')) return 'fido';
  if (passkeys.length === 0) return 'device';
  return passkeys.some(({ pin }) => pin === 'shared') ? 'shared' : 'both';
}

/** True while `device.reset` erases the device, after the user has agreed. */
export const isErasing = (status: OperationProgress | null): boolean =>
  status?.turn === 'card' && status.method === 'device.reset' && status.hasAnswered === true;

/** True while a key is generated. On a device that is to be erased but cannot be reset, this is the first command that overwrites something. */
export const isBeingWrittenOver = (status: OperationProgress | null): boolean =>
  status?.turn === 'card' && status.method === 'key.generate';

/** True while the extension's window asks the user whether the device may be erased. */
export const isErasureAsked = (status: OperationProgress | null): boolean =>
  status?.turn === 'user' && (status.method === 'device.reset' || status.method === 'device.confirmErasure');
