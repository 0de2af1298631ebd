import type { ErrorText } from '../../error-text.js';

/** Words for the errors 5000 to 5999. */
export const deviceErrors = {
  DEVICE_NOT_FOUND: {
    cause: 'It was removed, or never was in a reader.',
    user: 'Connect it, then try again.',
    administrator: 'Nothing to do.',
  },
  DEVICE_NOT_OPEN: {
    cause: 'It was not opened, or was released after a minute without use.',
    user: 'Try again.',
    administrator: "If it happens again, report it to the portal's developer.",
  },
  NO_APPLICATION: {
    cause: 'It is another kind of card, or PIV and FIDO2 are switched off on it.',
    user: 'Use another device.',
    administrator: 'Nothing to do.',
  },
  NOT_SUPPORTED_BY_DEVICE: {
    cause: 'This model does not have the function.',
    user: 'Use another device.',
    administrator: 'Change the device policy for this model.',
  },
  DEVICE_FULL: {
    cause: 'Its memory holds other objects.',
    user: 'Use another device.',
    administrator: 'Reset the device, or use smaller keys.',
  },
  CARD_ERROR: {
    cause: 'The card refused a command, and its answer has no more precise meaning.',
    user: 'Try again. If that fails too, use another device.',
    administrator: 'Look up the status word in ISO 7816-4, 5.6.',
  },
  WRONG_DEVICE: {
    cause: 'Another device was connected in its place.',
    user: 'Connect the right device, then try again.',
    administrator: 'Nothing to do.',
  },
  CHANGED_BY_MINIDRIVER: {
    cause:
      "Yubico's smart card minidriver used it: it tries the factory PUK, may block it, and replaces the management key.",
    user: 'Contact your help desk.',
    administrator: 'Keep the minidriver from devices that are not issued yet, or reset the device and issue it again.',
  },
  CONTACT_NEEDED: {
    cause: 'It was read wirelessly, where it refuses part of what is needed.',
    user: 'Insert it into a reader with contacts, or plug it in, then try again.',
    administrator: 'Give the user a reader with contacts.',
  },
  DEVICE_NOT_ALLOWED: {
    cause: 'A policy names the models that may be used on this computer.',
    user: 'Use another device.',
    administrator: 'Add the model to `allowedDevices`, if it may be used.',
  },
} satisfies Readonly<Record<string, ErrorText>>;
