import * as v from 'valibot';
import { defineCommand, nothing } from '../command.js';
import { described, deviceId, deviceInfo, text } from '../schema.js';
import { CARD_ERRORS, DEVICE_ERRORS } from './card-errors.js';

/** Parameters of the notification `device.changed`, and the result of `device.list`. */
export const deviceListing = v.strictObject({
  readers: described(v.array(text(200)), 'Every reader, also an empty one.'),
  devices: described(v.array(deviceInfo), 'What is in them.'),
});
export type DeviceListing = v.InferOutput<typeof deviceListing>;

export const device = {
  'device.list': defineCommand({
    summary: 'Lists what is in every reader. From then on `device.changed` tells each change.',
    permission: 'read',
    handledBy: 'host',
    reach: ['page'],
    concurrent: true,
    capability: 'device',
    params: nothing,
    result: deviceListing,
    errors: ['PCSC_UNAVAILABLE', 'PCSC_FORBIDDEN', 'HOST_DAMAGED'],
    timeout: 15_000,
  }),
  'device.open': defineCommand({
    summary: 'Takes one device for this session alone. It waits up to 10 s for another program to release it.',
    permission: 'use',
    handledBy: 'host',
    reach: ['page'],
    concurrent: false,
    capability: 'device',
    params: v.strictObject({ device: described(deviceId, 'As `device.list` or `device.changed` named it.') }),
    result: v.strictObject({ device: deviceInfo }),
    errors: [
      'DEVICE_NOT_FOUND',
      'WRONG_DEVICE',
      'DEVICE_BUSY',
      'CARD_REMOVED',
      'READER_REMOVED',
      'CARD_MUTE',
      'CARD_RESET',
      'CARD_ERROR',
      'NO_APPLICATION',
      'CONTACT_NEEDED',
      'DEVICE_NOT_ALLOWED',
      'NOT_SUPPORTED_BY_DEVICE',
      'PCSC_UNAVAILABLE',
      'PCSC_FORBIDDEN',
      'PCSC_ERROR',
      'HOST_DAMAGED',
      'NOT_AUTHENTICATED',
    ],
    timeout: 20_000,
  }),
  'device.close': defineCommand({
    summary: "Releases the device: resets the card and forgets the session's secrets.",
    permission: 'use',
    handledBy: 'host',
    reach: ['page'],
    concurrent: false,
    capability: 'device',
    params: nothing,
    result: nothing,
    errors: [],
    timeout: 15_000,
  }),
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
    /** First uses up all tries of PIN and PUK: Yubico lets a card have 255 of each. */
    timeout: 120_000,
  }),
};
