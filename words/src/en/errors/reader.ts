import type { ErrorText } from '../../error-text.js';

/** Words for the errors 4000 to 4999. */
export const readerErrors = {
  PCSC_UNAVAILABLE: {
    cause: 'Its service is stopped: pcscd on Linux, Smart Card on Windows.',
    user: 'Restart the computer and try again. If that fails too, contact your help desk.',
  },
  NO_READER: {
    cause: 'It is not plugged in, or its driver is missing.',
    user: 'Connect one, then try again.',
  },
  DEVICE_BUSY: {
    cause: 'A program on this computer or another page holds it.',
    user: 'Close other programs that use the card and try again.',
  },
  CARD_REMOVED: {
    cause: 'It was pulled out, or its contact was interrupted.',
    user: 'Connect it again, try again, and leave it connected until the end.',
  },
  CARD_MUTE: {
    cause: 'The card or its contact is faulty.',
    user: 'Remove the device, connect it again and try again.',
  },
  PCSC_FORBIDDEN: {
    cause:
      'The system lets only some users reach the smart card service: on Linux, polkit admits those with an active local session.',
    user: 'Sign in at the computer itself, or contact your help desk.',
  },
  READER_REMOVED: {
    cause: 'It was pulled out, or its cable has a loose contact.',
    user: 'Connect the reader again and try again.',
  },
  CARD_RESET: {
    cause: 'Two programs use the card at the same time.',
    user: 'Close other programs that use the card and try again.',
  },
  PCSC_ERROR: {
    cause: 'The reader, its driver or the service does not work as it should.',
    user: 'Reconnect the reader and the device, then try again. If that fails too, contact your help desk.',
  },
} satisfies Readonly<Record<string, ErrorText>>;
