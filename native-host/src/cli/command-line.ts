import { isCardwrightError, PRODUCT_VERSION, type DeviceInfo } from '@cardwright/protocol';
import { Inventory } from '../devices/inventory.js';
import { killThisProcessSoon } from '../kill-this-process.js';
import { PcscError } from '../pcsc/binding.js';
import { Readers } from '../pcsc/readers.js';
import { loadBinding } from '../pcsc/load-binding.js';
import { toleratingClosedPipe } from './closed-pipe.js';
import { doctor } from './doctor.js';
import { install, installTargets, uninstall } from './install.js';

const USAGE = `cardwright-host: reaches smart cards for the Cardwright browser extension

  --version                          print the version
  list                               print what is in the readers
  doctor                             check everything from the browsers to the card
  install   [--user-data-dir DIR]    register with this user's browsers, or with one Chromium profile
  uninstall [--user-data-dir DIR]    undo that
`;

const OPTION_USER_DATA_DIR = '--user-data-dir';

/** Runs one command for a person; returns the exit code. `main` is the path of this program's entry. */
export async function runCommandLine(args: readonly string[], main: string): Promise<number> {
  const exitCode = toleratingClosedPipe([process.stdout, process.stderr]);
  return exitCode(await run(args, main));
}

async function run([command, ...rest]: readonly string[], main: string): Promise<number> {
  switch (command) {
    case '--version':
      print(PRODUCT_VERSION);
      return 0;
    case 'list':
      return withInventory(list);
    case 'doctor':
      return withInventory(async (inventory) => ((await doctor(inventory, print)) ? 0 : 1));
    case 'install':
      return forTargets(rest, (target) => {
        install(target, main);
        print(`${target.browser}: ${target.manifest}`);
      });
    case 'uninstall':
      return forTargets(rest, (target) => {
        if (uninstall(target)) print(`${target.browser}: removed`);
      });
    default:
      process.stderr.write(USAGE);
      return command === '--help' || command === undefined ? 0 : 2;
  }
}

async function list(inventory: Inventory): Promise<number> {
  try {
    const { readers, devices } = await inventory.list();
    if (readers.length === 0) print('There is no card reader.');
    for (const reader of readers) {
      const device = devices.find((candidate) => candidate.reader === reader);
      print(`${reader}: ${device ? describe(device) : 'empty'}`);
    }
    return 0;
  } catch (error) {
    if (!isCardwrightError(error)) throw error;
    print(`${error.code}: ${error.message}`);
    return 1;
  }
}

function describe(device: DeviceInfo): string {
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

async function withInventory(work: (inventory: Inventory) => Promise<number>): Promise<number> {
  const readers = new Readers(loadBinding, warn);
  try {
    return await work(new Inventory(readers, warn));
  } finally {
    killThisProcessSoon();
    await readers.close();
  }
}

function forTargets(args: readonly string[], act: (target: ReturnType<typeof installTargets>[number]) => void): number {
  const [option, userDataDir] = args;
  if (option !== undefined && (option !== OPTION_USER_DATA_DIR || userDataDir === undefined)) {
    process.stderr.write(USAGE);
    return 2;
  }
  for (const target of installTargets(userDataDir)) act(target);
  return 0;
}

const print = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const warn = (error: unknown): void => {
  process.stderr.write(`${error instanceof PcscError || isCardwrightError(error) ? error.message : 'unknown error'}\n`);
};
