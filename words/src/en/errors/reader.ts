import type { ErrorText } from '../../error-text.js';

/** Words for the errors 4000 to 4999. */
export const readerErrors = {
  PCSC_UNAVAILABLE: {
    cause: 'Its service is stopped: pcscd on Linux, Smart Card on Windows.',
    user: 'Restart the computer and try again. If that fails too, contact your help desk.',
    administrator: 'Start the service, and let it start with the computer.',
  },
  NO_READER: {
    cause: 'It is not plugged in, or its driver is missing.',
    user: 'Connect one, then try again.',
    administrator: "Check the reader's driver.",
  },
  DEVICE_BUSY: {
    cause: 'A program on this computer or another page holds it.',
    user: 'Close other programs that use the card and try again.',
    administrator: 'Run `cardwright-host doctor`: it names programs that have the smart card library loaded.',
  },
  CARD_REMOVED: {
    cause: 'It was pulled out, or its contact was interrupted.',
    user: 'Connect it again, try again, and leave it connected until the end.',
    administrator: 'Check the reader.',
  },
  CARD_MUTE: {
    cause: 'The card or its contact is faulty.',
    user: 'Remove the device, connect it again and try again.',
    administrator: 'Replace the device if it happens again.',
  },
  PCSC_FORBIDDEN: {
    cause:
      'The system lets only some users reach the smart card service: on Linux, polkit admits those with an active local session.',
    user: 'Sign in at the computer itself, or contact your help desk.',
    administrator: 'Run `cardwright-host doctor`: it prints the polkit rule that admits the user.',
  },
  READER_REMOVED: {
    cause: 'It was pulled out, or its cable has a loose contact.',
    user: 'Connect the reader again and try again.',
    administrator: 'Try another port or another reader.',
  },
  CARD_RESET: {
    cause: 'Two programs use the card at the same time.',
    user: 'Close other programs that use the card and try again.',
    administrator: 'Run `cardwright-host doctor`: it names programs that have the smart card library loaded.',
  },
  PCSC_ERROR: {
    cause: 'The reader, its driver or the service does not work as it should.',
    user: 'Reconnect the reader and the device, then try again. If that fails too, contact your help desk.',
    administrator: "Look up the return code in pcsclite.h or winerror.h, and update the reader's driver.",
  },
} satisfies Readonly<Record<string, ErrorText>>;
