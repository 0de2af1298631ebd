import { isCardwrightError } from '@cardwright/protocol';
import type { DeviceInfo, FidoFacts } from '@cardwright/protocol/devices';
import type { Inventory } from '../devices/inventory.js';
import { EXIT } from './exit-code.js';
import type { Print } from './print.js';

/** Prints each reader and the device in it, and returns the exit code. */
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
  switch (device.state) {
    case 'ready':
      return describeReady(device);
    case 'held':
      return 'another program is using the card';
    case 'unresponsive':
      return 'a card that does not answer';
    case 'no-application':
      return `${device.modelName}, without PIV and FIDO2: it cannot be issued`;
    case 'contact-needed':
      return `${device.modelName}, which must be inserted or plugged in to be issued`;
  }
}

function describeReady({ modelName, firmware, serial, guid, applications, certificates, fido2 }: DeviceInfo): string {
  const hasPiv = applications.includes('piv');
  const parts = [
    modelName,
    firmware && `firmware ${firmware}`,
    serial && `serial ${serial}`,
    guid && `GUID ${guid}`,
    hasPiv && (certificates.length > 0 ? `certificates in ${certificates.join(', ')}` : 'no certificates'),
    fido2 && `FIDO2 ${pinInWords(fido2)}`,
  ];
  return parts.filter(Boolean).join(', ');
}

function pinInWords({ pinSet }: FidoFacts): string {
  if (pinSet === null) return 'which takes no PIN';
  return pinSet ? 'with a PIN' : 'without a PIN yet';
}
