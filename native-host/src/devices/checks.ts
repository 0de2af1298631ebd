import {
  describeError,
  isCardwrightError,
  PRODUCT_VERSION,
  type CardwrightError,
  type DeviceInfo,
  type ErrorCode,
  type Result,
} from '@cardwright/protocol';
import type { Inventory } from './inventory.js';

export type Check = Result<'diagnostics.run'>['checks'][number];

/** A check, and what an administrator does where it failed. */
export interface Finding {
  readonly check: Check;
  readonly remedy: string | null;
}

/** Characters of a check's detail. */
const MAX_DETAIL = 400;

/** Checks the host's side, from the program down to the cards: each passes, or fails with a code of the catalogue. */
export async function runChecks(inventory: Inventory): Promise<Check[]> {
  return (await examine(inventory)).map(({ check }) => check);
}

/** The same checks, each with its remedy. */
export async function examine(inventory: Inventory): Promise<Finding[]> {
  const host = passed('host', `Cardwright host ${PRODUCT_VERSION}`);
  try {
    const { readers, devices } = await inventory.list();
    return [
      host,
      passed('pcsc', 'The smart card service answers.'),
      readers.length > 0 ? passed('reader', readers.join(', ')) : failed('reader', 'NO_READER', ''),
      ...devices.map((device) => examineDevice(device, inventory)),
    ];
  } catch (error) {
    if (!isCardwrightError(error, 'PCSC_UNAVAILABLE')) throw error;
    return [host, failed('pcsc', error.code, error.message)];
  }
}

function examineDevice(device: DeviceInfo, inventory: Inventory): Finding {
  const serial = device.serial === null ? '' : `, serial ${device.serial}`;
  const name = `${device.modelName}${serial} in ${device.reader}`;
  switch (device.state) {
    case 'ready':
      return passed('device', name);
    case 'held':
      return failed('device', 'DEVICE_BUSY', name);
    case 'unresponsive':
      return failed('device', 'CARD_MUTE', name);
    case 'contact-needed':
      // The code's own remedy is about the model, but here the reader is wrong.
      return failed('device', 'NOT_SUPPORTED_BY_DEVICE', `${name}: ${CONTACT_NEEDED}`, CONTACT_REMEDY);
    case 'no-application': {
      const trouble = inventory.troubleIn(device.reader);
      return trouble
        ? failed('device', trouble.code, `${name}: ${trouble.message}${statusWordOf(trouble)}`)
        : failed('device', 'NO_APPLICATION', name);
    }
  }
}

/** What the administrator looks up. */
const statusWordOf = (error: CardwrightError): string =>
  isCardwrightError(error, 'CARD_ERROR') ? ` ${error.data.statusWord} to ${error.data.instruction}.` : '';

const CONTACT_NEEDED = 'read without contact, where it does not do all that is needed; use a reader with contacts';
const CONTACT_REMEDY = 'Put the card into a reader with contacts.';

export const passed = (id: string, detail: string): Finding => ({
  check: { id, outcome: 'passed', code: null, detail: detail.slice(0, MAX_DETAIL) },
  remedy: null,
});

/** The remedy is the code's, unless another is given. */
export const failed = (
  id: string,
  code: ErrorCode,
  detail: string,
  remedy: string = describeError(code).administrator,
): Finding => ({ check: { id, outcome: 'failed', code, detail: detail.slice(0, MAX_DETAIL) }, remedy });
