import * as v from 'valibot';
import { defineErrors } from './definition.js';

/** 5xxx: the device and its applications. Append only. */
export const deviceErrors = defineErrors({
  DEVICE_NOT_FOUND: {
    number: 5001,
    layer: 'device',
    retriable: true,
    message: 'The device is not connected any more.',
    cause: 'It was removed, or never was in a reader.',
    user: 'Connect it, then try again.',
    administrator: 'Nothing.',
  },
  DEVICE_NOT_OPEN: {
    number: 5002,
    layer: 'device',
    retriable: false,
    message: 'The device is not open.',
    cause: 'It was not opened, or was let go after a minute without use.',
    user: 'Start again.',
    administrator: 'Report it to the author of the portal.',
  },
  NO_APPLICATION: {
    number: 5003,
    layer: 'device',
    retriable: false,
    message: 'The device has no PIV application.',
    cause: 'It is another kind of card, or PIV is switched off on it.',
    user: 'Use another device.',
    administrator: 'Switch the PIV application on.',
  },
  NOT_SUPPORTED_BY_DEVICE: {
    number: 5004,
    layer: 'device',
    retriable: false,
    message: 'The device can not do this.',
    cause: 'The function is beyond what this model offers.',
    user: 'Use another device.',
    administrator: 'Change the device policy for this model.',
    data: v.strictObject({ capability: v.string() }),
  },
  DEVICE_FULL: {
    number: 5005,
    layer: 'device',
    retriable: false,
    message: 'There is no room left on the device.',
    cause: 'Its memory holds other objects.',
    user: 'Use another device.',
    administrator: 'Reset the device, or use smaller keys.',
  },
  CARD_ERROR: {
    number: 5006,
    layer: 'device',
    retriable: true,
    message: 'The device answered with an error.',
    cause: 'The card refused the command in a way that has no more precise meaning.',
    user: 'Try again; if it happens again, use another device.',
    administrator: 'Look up the status word in ISO 7816-4, 5.6.',
    data: v.strictObject({ statusWord: v.string(), instruction: v.string() }),
  },
});
