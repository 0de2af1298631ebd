import { isCardwrightError } from '@cardwright/protocol';
import { systemClock } from '../clock.js';
import { Inventory } from '../devices/inventory.js';
import { loadBindings } from '../devices/load-bindings.js';
import { UsbAuthenticators } from '../devices/usb-authenticators.js';
import { loadHidBinding } from '../hid/load-binding.js';
import { killThisProcessSoon } from '../kill-this-process.js';
import { PcscError } from '../pcsc/binding.js';
import { Readers } from '../pcsc/readers.js';
import { printProblem } from './print.js';

/**
 * Runs a command that needs the devices in the readers, and returns its exit code. Closes the connection to the readers afterwards, and kills
 * the process if a card keeps the process from ending.
 */
export async function withInventory(
  work: (inventory: Inventory) => Promise<number>,
  warn: (error: unknown) => void = tell,
): Promise<number> {
  const readers = new Readers(loadBindings, warn);
  try {
    return await work(new Inventory(readers, warn, new UsbAuthenticators(loadHidBinding, systemClock)));
  } finally {
    killThisProcessSoon();
    await readers.close();
  }
}

function tell(error: unknown): void {
  printProblem(error instanceof PcscError || isCardwrightError(error) ? error.message : 'unknown error');
}
