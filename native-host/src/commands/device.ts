import type { DeviceListing } from '@cardwright/protocol';
import { resetToFactory } from '../applets/piv/factory-reset.js';
import type { DeviceHolder } from '../devices/device-holder.js';
import type { Inventory } from '../devices/inventory.js';
import type { Handlers } from '../server/handlers.js';

/** Listing, opening, closing and erasing devices. */
export function deviceHandlers(holder: DeviceHolder, inventory: Inventory, onListed: (listing: DeviceListing) => void) {
  return {
    'device.list': async () => {
      const listing = await inventory.list();
      onListed(listing);
      return listing;
    },

    'device.open': async ({ device }, { signal, onWaiting }) => ({
      device: await holder.open(device, { signal, onWaiting }),
    }),

    'device.close': async () => {
      await holder.close();
      return {};
    },

    'device.reset': async (_params, context) => {
      await holder.use(context.signal, async (device) => {
        await context.askUser('user.confirm', { action: 'reset', device: device.info });
        await resetToFactory(device.piv);
        device.forgetSecrets();
        device.generatedKeys.clear();
      });
      return {};
    },
  } satisfies Handlers;
}
