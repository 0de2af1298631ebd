import type { DeviceListing } from '@cardwright/protocol/devices';
import { DeviceHolder } from '../devices/device-holder.js';
import { Inventory } from '../devices/inventory.js';
import { systemClock, type Clock } from '../clock.js';
import { UsbAuthenticators } from '../devices/usb-authenticators.js';
import type { HidBinding } from '../hid/binding.js';
import type { PcscBinding } from '../pcsc/binding.js';
import type { ApduWatch } from '../pcsc/card-connection.js';
import { Readers } from '../pcsc/readers.js';
import type { HostServices } from '../server/handlers.js';
import type { Handlers } from '../server/handlers.js';
import { certificateHandlers } from './certificate.js';
import { credentialsHandlers } from './credentials.js';
import { deviceHandlers } from './device.js';
import { diagnosticsHandlers } from './diagnostics.js';
import { fidoHandlers } from './fido.js';
import { keyHandlers } from './key.js';
import { managementKeyHandlers } from './management-key.js';
import { passkeyHandlers } from './passkey.js';
import { pinHandlers } from './pin.js';

/** Creates the services of one page session. The handlers of all commands share one connection to the smart card service. */
export function createCardServices(
  loadBinding: () => Promise<PcscBinding>,
  onTrouble: (error: unknown) => void,
  clock: Clock = systemClock,
  watch?: (reader: string) => ApduWatch,
  loadHid?: () => Promise<HidBinding | undefined>,
): HostServices {
  const readers = new Readers(loadBinding, onTrouble, clock, watch);
  const usb = loadHid && new UsbAuthenticators(loadHid, clock);
  const inventory = new Inventory(readers, onTrouble, usb);
  const holder = new DeviceHolder(readers, inventory, onTrouble, usb);
  const listeners: ((listing: DeviceListing) => void)[] = [];
  let endWatch: (() => void) | undefined;

  const watchFrom = (known: DeviceListing): void => {
    endWatch ??= inventory.watch(known, (listing) => {
      for (const listener of listeners) listener(listing);
    });
  };

  return {
    handlers: {
      ...diagnosticsHandlers(inventory),
      ...deviceHandlers(holder, inventory, watchFrom),
      ...managementKeyHandlers(holder),
      ...credentialsHandlers(holder),
      ...keyHandlers(holder),
      ...certificateHandlers(holder),
      ...pinHandlers(holder),
      ...fidoHandlers(holder),
      ...passkeyHandlers(holder),
      // If a command has no handler, this does not compile.
    } satisfies Required<Handlers>,
    openDevice: () => holder.heldDevice(),
    deviceGone: () => holder.gone,
    onDevicesChanged: (listener) => listeners.push(listener),
    shutdown: () => {
      endWatch?.();
      inventory.close();
      return holder.shutdown();
    },
    transmitting: () => holder.transmitting,
  };
}
