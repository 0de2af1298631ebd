import * as v from 'valibot';
import { defineErrors } from './definition.js';

/** 4xxx: PC/SC, readers, and the physical card in a reader. Append only. */
export const readerErrors = defineErrors({
  PCSC_UNAVAILABLE: {
    number: 4001,
    layer: 'reader',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: "The computer's smart card service isn't running.",
  },
  NO_READER: {
    number: 4002,
    layer: 'reader',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: 'No card reader or security key is connected.',
  },
  DEVICE_BUSY: {
    number: 4003,
    layer: 'reader',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: 'Another program is using the device.',
  },
  CARD_REMOVED: {
    number: 4004,
    layer: 'reader',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: 'The device was removed.',
  },
  CARD_MUTE: {
    number: 4005,
    layer: 'reader',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: "The device isn't responding.",
  },
  PCSC_FORBIDDEN: {
    number: 4006,
    layer: 'reader',
    retriable: false,
    recovery: 'ask-operator',
    resumable: true,
    message: "You aren't allowed to use this computer's card readers.",
  },
  READER_REMOVED: {
    number: 4007,
    layer: 'reader',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: 'The card reader was unplugged.',
  },
  CARD_RESET: {
    number: 4008,
    layer: 'reader',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: 'Another program reset the device.',
  },
  PCSC_ERROR: {
    number: 4009,
    layer: 'reader',
    retriable: true,
    recovery: 'try-again',
    resumable: true,
    message: 'The smart card service reported an error.',
    data: v.strictObject({ /** Return code of PC/SC, as 0x and eight hexadecimal digits. */ code: v.string() }),
  },
});
