import { isCardwrightError } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import type { Inventory } from '../devices/inventory.js';
import { EXIT } from './exit-code.js';
import type { Print } from './print.js';

/** Prints each reader and the device in it. */
export async function list(inventory: Inventory, print: Print): Promise<number> {
  try {
    const { readers, devices } = await inventory.list();
    if (readers.length === 0) print('There is no card reader.');
    for (const reader of readers) {
      const device = devices.find((candidate) => candidate.reader === reader);
      print(`${reader}: ${device ? describe(device) : 'empty'}`);
    }
    return EXIT.success;
  } catch (error) {
    if (!isCardwrightError(error)) throw error;
    print(`${error.code}: ${error.message}`);
    return EXIT.failure;
  }
}

/** Describes a device in one line. */
export function describe(device: DeviceInfo): string {
  if (device.state !== 'ready') return device.state;
  const parts = [
    device.modelName,
    device.firmware && `firmware ${device.firmware}`,
    device.serial && `serial ${device.serial}`,
    device.guid && `GUID ${device.guid}`,
    device.certificates.length > 0 ? `certificates in ${device.certificates.join(', ')}` : 'no certificates',
  ];
  return parts.filter(Boolean).join(', ');
}
