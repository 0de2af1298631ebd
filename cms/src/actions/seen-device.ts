import { CardwrightError } from '@cardwright/protocol';
import * as v from 'valibot';
import { deviceVersion } from '../devices/device-version.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { Records } from '../store/records.js';

/** The version of the device that an operator's page shows, as `deviceVersion` makes it. */
export const seenVersion = v.pipe(v.string(), v.regex(/^[\w-]{43}$/, 'expected the version of a device'));

/**
 * Opens the record of a device that has not changed since an operator has seen it.
 *
 * @throws CardwrightError `DEVICE_STATE` if there is no such device, `DEVICE_CHANGED` if the device has another version now
 */
export async function openSeen(records: Records, id: string, seen: string): Promise<DeviceRecord> {
  const device = await records.openDevice(id);
  if (!device) throw new CardwrightError('DEVICE_STATE', { state: 'unknown' });
  if (deviceVersion(device) !== seen) throw new CardwrightError('DEVICE_CHANGED');
  return device;
}
