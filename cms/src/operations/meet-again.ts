import { CardwrightError, type DeviceInfo } from '@cardwright/protocol';
import type { OperationContext } from './context.js';

/**
 * The host describes the open device again, which it may have opened again.
 *
 * @throws CardwrightError `WRONG_DEVICE` where it is another one
 */
export function meetAgain(context: OperationContext, device: DeviceInfo): void {
  const { info, operation } = context;
  const isSame = device.id === info.id && device.model === info.model && device.serial === info.serial;
  // The CMS itself gave it another GUID since it was described.
  const isNamed = device.guid === info.guid || device.guid === operation.guid;
  if (!isSame || !isNamed) throw new CardwrightError('WRONG_DEVICE');
  context.meet(device);
}
