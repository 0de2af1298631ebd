import * as v from 'valibot';
import { defineCommand, nothing } from '../command.js';
import { deviceId, deviceInfo, text } from '../schema.js';
import { CARD_ERRORS } from './card-errors.js';

/** Parameters of the notification `device.changed`, and the result of `device.list`. */
export const deviceListing = v.strictObject({ readers: v.array(text(200)), devices: v.array(deviceInfo) });
export type DeviceListing = v.InferOutput<typeof deviceListing>;

export const device = {
  'device.list': defineCommand({
    summary: 'Lists what is in every reader; afterwards `device.changed` tells each change.',
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
    summary: 'Takes one device for this session alone, waiting up to 10 s for another holder.',
    permission: 'use',
    handledBy: 'host',
    reach: ['page'],
    concurrent: false,
    capability: 'device',
    params: v.strictObject({ device: deviceId }),
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
    summary: "Lets the device go: resets the card and forgets the session's secrets.",
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
  'device.reset': defineCommand({
    summary: "Erases the device's PIV application, after the user confirmed it in the extension's window.",
    permission: 'manage',
    handledBy: 'host',
    reach: ['step'],
    concurrent: false,
    capability: 'device',
    params: nothing,
    /** The erased device, open as before; without a serial number it has another id than before. */
    result: v.strictObject({ device: deviceInfo }),
    errors: [...CARD_ERRORS, 'USER_CANCELLED', 'USER_TIMEOUT', 'WINDOW_NOT_ALLOWED', 'PIN_REFUSED_BY_DEVICE'],
    /** All tries of PIN and PUK are used up before: Yubico lets a card have 255 of each. */
    timeout: 120_000,
  }),
};
