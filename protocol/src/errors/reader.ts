import { defineErrors } from './definition.js';

/** 4xxx: PC/SC, readers, and the card as a thing in a reader. Append only. */
export const readerErrors = defineErrors({
  PCSC_UNAVAILABLE: {
    number: 4001,
    layer: 'reader',
    retriable: true,
    message: "The computer's smart card service is not running.",
    cause: 'Its service is stopped: pcscd on Linux, Smart Card on Windows.',
    user: 'Restart the computer, or tell your help desk.',
    administrator: 'Start the service, and let it start with the computer.',
  },
  NO_READER: {
    number: 4002,
    layer: 'reader',
    retriable: true,
    message: 'No card reader is connected.',
    cause: 'There is neither a reader nor a security key.',
    user: 'Connect a reader or a security key.',
    administrator: "Check the reader's driver.",
  },
  DEVICE_BUSY: {
    number: 4003,
    layer: 'reader',
    retriable: true,
    message: 'Another program is using the device.',
    cause: 'A card agent of the computer or another page holds it.',
    user: 'Close other programs that use the card and try again.',
    administrator: 'Find the program that holds the card.',
  },
  CARD_REMOVED: {
    number: 4004,
    layer: 'reader',
    retriable: true,
    message: 'The device was removed.',
    cause: 'It was pulled, or its contact was interrupted.',
    user: 'Connect it again and leave it connected until the end.',
    administrator: 'Check the reader.',
  },
  CARD_MUTE: {
    number: 4005,
    layer: 'reader',
    retriable: true,
    message: 'The device does not answer.',
    cause: 'The card or its contact is faulty.',
    user: 'Remove the device and connect it again.',
    administrator: 'Replace the device if it happens again.',
  },
});
