import type { ErrorText } from '../../error-text.js';

/** Words for the errors 5000 to 5999. */
export const deviceErrors = {
  DEVICE_NOT_FOUND: {
    cause: 'It was removed, or never was in a reader.',
    user: 'Connect it, then try again.',
  },
  DEVICE_NOT_OPEN: {
    cause: 'It was not opened, or was released after a minute without use.',
    user: 'Try again.',
  },
  NO_APPLICATION: {
    cause: 'It is another kind of card, or PIV and FIDO2 are switched off on it.',
    user: 'Use another device.',
  },
  NOT_SUPPORTED_BY_DEVICE: {
    cause: 'This model does not have the function.',
    user: 'Use another device.',
  },
  DEVICE_FULL: {
    cause: 'Its memory holds other objects.',
    user: 'Use another device.',
  },
  CARD_ERROR: {
    cause: 'The card refused a command, and its answer has no more precise meaning.',
    user: 'Try again. If that fails too, use another device.',
  },
  WRONG_DEVICE: {
    cause: 'Another device was connected in its place.',
    user: 'Connect the right device, then try again.',
  },
  CHANGED_BY_MINIDRIVER: {
    cause:
      "Yubico's smart card minidriver used it: it tries the factory PUK, may block it, and replaces the management key.",
    user: 'Contact your help desk.',
  },
  CONTACT_NEEDED: {
    cause: 'It was read wirelessly, where it refuses part of what is needed.',
    user: 'Insert it into a reader with contacts, or plug it in, then try again.',
  },
  DEVICE_NOT_ALLOWED: {
    cause: 'A policy names the models that may be used on this computer.',
    user: 'Use another device.',
  },
} satisfies Readonly<Record<string, ErrorText>>;
