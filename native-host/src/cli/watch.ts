import type { DeviceListing } from '@cardwright/protocol/devices';
import type { Inventory } from '../devices/inventory.js';
import { describe } from './list.js';
import type { Print } from './print.js';

/** Milliseconds after which the output ends, because probably nobody is watching any more. */
const LONGEST_WATCH = 60 * 60 * 1_000;

/** Prints each change in the readers until the signal is aborted, for an hour at most. Ctrl-C ends the program. */
export async function watchReaders(inventory: Inventory, print: Print, signal?: AbortSignal): Promise<void> {
  print('');
  print('Watching the readers. Ctrl-C ends it.');
  const known = await inventory.list().catch(() => NOTHING);
  let before = linesOf(known);
  const end = inventory.watch(known, (listing) => {
    const now = linesOf(listing);
    const time = new Date().toISOString().slice(11, 19);
    for (const line of before.filter((one) => !now.includes(one))) print(`${time}  - ${line}`);
    for (const line of now.filter((one) => !before.includes(one))) print(`${time}  + ${line}`);
    before = now;
  });
  const timeout = AbortSignal.timeout(LONGEST_WATCH);
  await ended(signal ? AbortSignal.any([signal, timeout]) : timeout);
  end();
}

const NOTHING: DeviceListing = { readers: [], devices: [] };

function linesOf({ readers, devices }: DeviceListing): string[] {
  return [
    ...readers.map((reader) => `reader ${reader}`),
    ...devices.map((device) => `${device.reader}: ${describe(device)}`),
  ];
}

/** Waits until the signal is aborted. Keeps the process alive meanwhile, because the timer of `AbortSignal.timeout` does not. */
function ended(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const alive = setInterval(() => undefined, LONGEST_WATCH);
    const finish = (): void => {
      clearInterval(alive);
      resolve();
    };
    if (signal.aborted) finish();
    else signal.addEventListener('abort', finish, { once: true });
  });
}
