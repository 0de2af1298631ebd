import type { DeviceListing } from '@cardwright/protocol/devices';
import type { DeviceHolder } from '../devices/device-holder.js';
import type { Inventory } from '../devices/inventory.js';
import type { OpenDevice } from '../devices/open-device.js';
import type { CommandContext, Handlers } from '../server/handlers.js';
import { takesLongTouch } from './long-touch.js';

/** Lists, opens, closes and erases devices. */
export function deviceHandlers(holder: DeviceHolder, inventory: Inventory, onListed: (listing: DeviceListing) => void) {
  return {
    'device.list': async () => {
      const listing = await inventory.list();
      onListed(listing);
      return listing;
    },

    'device.open': async ({ device }, { session, signal, onProgress }) => ({
      device: await holder.open(device, {
        signal,
        onWaiting: () => onProgress('waiting'),
        models: session.peer.policy.allowedDevices,
      }),
    }),

    'device.close': async () => {
      await holder.close();
      return {};
    },

    'device.confirmErasure': async ({ fido }, context) => {
      await holder.use(context.signal, async (device) => {
        if (fido === 'reset') device.requireFidoReset();
        await confirmErasure(device, context, fido ? ACTIONS[fido] : 'reset');
      });
      return {};
    },

    'device.reset': (_params, context) =>
      holder.use(context.signal, async (device) => {
        device.piv.require('reset');
        if (!device.mayBeErasedBy(context.operation)) await confirmErasure(device, context, 'reset');
        return { device: await holder.erase(device) };
      }),
  } satisfies Handlers;
}

/** The action that the user is asked to confirm, for each value of the parameter `fido`; `reset` if `fido` is null. */
const ACTIONS = { reset: 'reset-all', shared: 'reset-shared' } as const;
type Action = 'reset' | (typeof ACTIONS)[keyof typeof ACTIONS];

/** Asks the user to confirm the erasure. Afterwards the operation that asked may erase the device; outside an operation, nothing is remembered. */
async function confirmErasure(device: OpenDevice, context: CommandContext, action: Action): Promise<void> {
  const isLongTouch = action === 'reset-all' && takesLongTouch(device, context);
  await context.askUser('user.confirm', { action, device: device.info, ...(isLongTouch && { isLongTouch }) });
  device.allowErasure(context.operation, action === 'reset-all');
}
