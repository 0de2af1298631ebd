import * as v from 'valibot';
import { defineCommand, nothing } from '../command.js';
import { described, deviceId, deviceInfo, text } from '../schema.js';

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
    summary: 'Takes one device for this session alone. It waits up to 10 s for another program.',
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
};
