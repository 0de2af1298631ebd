import * as v from 'valibot';
import { defineErrors } from './definition.js';

/** 5xxx: the device and its applications. Append only. */
export const deviceErrors = defineErrors({
  DEVICE_NOT_FOUND: {
    number: 5001,
    layer: 'device',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: 'The device is no longer connected.',
  },
  DEVICE_NOT_OPEN: {
    number: 5002,
    layer: 'device',
    retriable: false,
    recovery: 'try-again',
    resumable: true,
    message: "The device isn't open.",
  },
  NO_APPLICATION: {
    number: 5003,
    layer: 'device',
    retriable: false,
    recovery: 'another-device',
    message: 'The device has no application that Cardwright knows.',
  },
  NOT_SUPPORTED_BY_DEVICE: {
    number: 5004,
    layer: 'device',
    retriable: false,
    recovery: 'another-device',
    message: "The device can't do this.",
    data: v.strictObject({ capability: v.string() }),
  },
  DEVICE_FULL: {
    number: 5005,
    layer: 'device',
    retriable: false,
    recovery: 'another-device',
    message: "There's no room left on the device.",
  },
  CARD_ERROR: {
    number: 5006,
    layer: 'device',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: 'The device reported an error.',
    data: v.strictObject({ statusWord: v.string(), instruction: v.string() }),
  },
  WRONG_DEVICE: {
    number: 5007,
    layer: 'device',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: "This isn't the device we asked for.",
  },
  CHANGED_BY_MINIDRIVER: {
    number: 5008,
    layer: 'device',
    retriable: false,
    recovery: 'ask-operator',
    message: 'Another driver has changed the device.',
  },
  CONTACT_NEEDED: {
    number: 5009,
    layer: 'device',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: "The device can't be set up over a contactless connection.",
  },
  DEVICE_NOT_ALLOWED: {
    number: 5010,
    layer: 'device',
    retriable: false,
    recovery: 'another-device',
    message: "Your administrator doesn't allow devices of this model.",
    data: v.strictObject({ model: v.string() }),
  },
});
