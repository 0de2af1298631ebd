import { isCardwrightError, PRODUCT_VERSION, type DeviceListing, type Result } from '@cardwright/protocol';
import type { Inventory } from './inventory.js';

export type Check = Result<'diagnostics.run'>['checks'][number];

/** Checks the host's side, from the program down to the cards: each passes, or fails with a code of the catalogue. */
export async function runChecks(inventory: Inventory): Promise<Check[]> {
  const host: Check = { id: 'host', passed: true, code: null, detail: `Cardwright host ${PRODUCT_VERSION}` };
  try {
    return [host, ...checkListing(await inventory.list())];
  } catch (error) {
    if (!isCardwrightError(error, 'PCSC_UNAVAILABLE')) throw error;
    return [host, { id: 'pcsc', passed: false, code: error.code, detail: error.message }];
  }
}

function checkListing({ readers, devices }: DeviceListing): Check[] {
  const hasReader = readers.length > 0;
  return [
    { id: 'pcsc', passed: true, code: null, detail: 'The smart card service answers.' },
    { id: 'reader', passed: hasReader, code: hasReader ? null : 'NO_READER', detail: readers.join(', ').slice(0, 400) },
    ...devices.map((device): Check => {
      const code = CODE_OF_STATE[device.state];
      const serial = device.serial === null ? '' : `, serial ${device.serial}`;
      const detail = `${device.modelName}${serial} in ${device.reader}`;
      return { id: 'device', passed: code === null, code, detail };
    }),
  ];
}

const CODE_OF_STATE = {
  ready: null,
  held: 'DEVICE_BUSY',
  unresponsive: 'CARD_MUTE',
  'no-application': 'NO_APPLICATION',
  'contact-needed': 'NOT_SUPPORTED_BY_DEVICE',
} as const satisfies Record<DeviceListing['devices'][number]['state'], string | null>;
