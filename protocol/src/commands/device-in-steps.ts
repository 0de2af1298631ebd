import * as v from 'valibot';
import { defineCommand, nothing } from '../command.js';
import { described, deviceInfo } from '../schema.js';
import { CARD_ERRORS, DEVICE_ERRORS } from './card-errors.js';

/** Commands that erase a device. They come only in steps. */
export const deviceInSteps = {
  'device.confirmErasure': defineCommand({
    summary:
      "Asks the user, in the extension's window, whether the device may be erased. Nothing is changed. In the same operation, and while the device stays open, `device.reset` does not ask again, nor does `fido.reset` where that was asked for too.",
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'device',
    params: v.strictObject({
      fido: v.exactOptional(
        described(
          v.picklist(['reset', 'shared']),
          'What becomes of the FIDO2 application: it is reset too, or shares its PIN with PIV, so that it may be erased with that. By default it stays. From protocol 3.2.',
        ),
      ),
    }),
    result: nothing,
    errors: [
      ...DEVICE_ERRORS,
      'FIDO_UNREACHABLE',
      'FIDO_RESET_REFUSED',
      'USER_CANCELLED',
      'USER_TIMEOUT',
      'WINDOW_NOT_ALLOWED',
    ],
    timeout: 15_000,
  }),
  'device.reset': defineCommand({
    summary:
      "Erases the device's PIV application, after the user confirmed it in the extension's window: for this very command, or in `device.confirmErasure`.",
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'device',
    params: nothing,
    result: v.strictObject({
      device: described(
        deviceInfo,
        'The erased device, open as before. Without a serial number it has another id than before.',
      ),
    }),
    errors: [...CARD_ERRORS, 'USER_CANCELLED', 'USER_TIMEOUT', 'WINDOW_NOT_ALLOWED', 'PIN_REFUSED_BY_DEVICE'],
    /** Milliseconds. The time is long because the host first uses up all tries of PIN and PUK, and a YubiKey can have 255 tries of each. */
    timeout: 120_000,
  }),
};
