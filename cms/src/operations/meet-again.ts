import { CardwrightError } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { OperationContext } from './context.js';

/**
 * Accepts a new description of the open device, which the host may have reopened.
 *
 * @throws CardwrightError `WRONG_DEVICE` if the id, model, serial number or GUID is that of another device
 */
export function meetAgain(context: OperationContext, device: DeviceInfo): void {
  const { info, operation } = context;
  const isSame = device.id === info.id && device.model === info.model && device.serial === info.serial;
  // The CMS itself may have written the GUID of the operation since the last description.
  const isNamed = device.guid === info.guid || device.guid === operation.guid;
  if (!isSame || !isNamed) throw new CardwrightError('WRONG_DEVICE');
  context.meet(device);
}
