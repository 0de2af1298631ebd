import { decodeBytes } from '@cardwright/protocol';
import { removeCredential, requireGone } from '../applets/fido2/remove-credential.js';
import type { DeviceHolder } from '../devices/device-holder.js';
import type { Handlers } from '../server/handlers.js';
import { changeFidoPin, chooseFidoPin, withFidoPin } from './fido-pin.js';
import { resetFido2 } from './fido-reset.js';
import { takesLongTouch } from './long-touch.js';
import { rulesOf } from './pin.js';
import { requireRelyingParty } from './relying-party.js';

/** Handles the FIDO2 application: its facts, its PIN, its reset, and the deletion of a passkey. */
export function fidoHandlers(holder: DeviceHolder) {
  return {
    'fido.getInfo': (_params, { signal }) =>
      holder.use(signal, async (device) => {
        await device.lookAtFido2();
        const retries = await device.fido.pinRetries();
        return { device: holder.publish(device), pinRetriesLeft: retries?.retriesLeft ?? null };
      }),

    'fido.setPin': ({ secrets, ...rules }, context) =>
      holder.use(context.signal, async (device) => {
        await device.lookAtFido2();
        await chooseFidoPin(device, context, { ...rules, reference: secrets.newFidoPin });
        device.noteFido2();
        return { device: holder.publish(device) };
      }),

    'fido.changePin': ({ rules, secrets }, context) =>
      holder.use(context.signal, async (device) => {
        await changeFidoPin(device, context, rulesOf(rules, context), secrets);
        device.noteFido2();
        holder.publish(device);
        return {};
      }),

    'fido.deleteCredential': async ({ rpId, credential, origin, secrets }, context) => {
      if (origin !== undefined) await requireRelyingParty({ rpId, origin }, context);
      return holder.use(context.signal, async (device) => {
        // Without an origin, the CMS got the credential's id from a page a moment ago, and the page could have named another passkey. So only passkeys
        // that were created in this session are deleted.
        if (origin === undefined && !device.madePasskeys.has(credential)) return { deleted: false };
        if (!device.fido.facts().credentialManagement) return { deleted: false };
        const { signal } = context;
        const order = { rpId, credentialId: decodeBytes(credential) };
        const deleted = await withFidoPin(device, context, { reference: secrets.fidoPin }, async (pin) => {
          const copy = Uint8Array.from(pin);
          const isDeleted = await removeCredential(device.fido, order, { pin, signal });
          // An older passkey was in use, so the device's word alone does not count.
          if (isDeleted && origin !== undefined) await requireGone(device.fido, order, { pin: copy, signal });
          else copy.fill(0);
          return isDeleted;
        });
        return { deleted };
      });
    },

    'fido.reset': (_params, context) =>
      holder.use(context.signal, async (device) => {
        await device.lookAtFido2();
        device.requireFidoReset();
        if (!device.mayLoseFidoBy(context.operation))
          await context.askUser('user.confirm', {
            action: 'reset-fido',
            device: device.info,
            ...(takesLongTouch(device, context) && { isLongTouch: true }),
          });
        await resetFido2(holder, device, context);
        return { device: holder.publish(device) };
      }),
  } satisfies Handlers;
}
