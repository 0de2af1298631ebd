import type { ErrorText } from '../../error-text.js';

/** Words for the errors 1000 to 1999. */
export const protocolErrors = {
  INVALID_MESSAGE: {
    cause: 'It is not a JSON-RPC 2.0 message.',
    user: 'Reload the page.',
  },
  METHOD_NOT_FOUND: {
    cause: 'The portal uses a command that this version of Cardwright does not have.',
    user: 'Update Cardwright, then try again.',
  },
  INVALID_PARAMS: {
    cause: 'A parameter is missing, unknown, too large or of the wrong type.',
    user: 'Reload the page.',
  },
  INTERNAL: {
    cause: 'A defect in Cardwright.',
    user: 'Try again. If it happens again, send the copied details to your help desk.',
  },
  CANCELLED: {
    cause: 'The page asked for it, or was closed.',
    user: "Try again when you're ready.",
  },
  TIMEOUT: {
    cause: 'A part of Cardwright is busy or hangs.',
    user: 'Try again. If that fails too, restart the computer.',
  },
  VERSION_MISMATCH: {
    cause: 'One part was updated and another was not, or your administrator asks for a newer version.',
    user: 'Update the part that is named, then try again.',
    variants: {
      sdk: {
        message: 'Cardwright on this site is too old.',
        user: 'Tell your help desk that this site needs a newer version of Cardwright.',
      },
      extension: {
        message: 'The Cardwright extension is too old.',
        user: 'Update the Cardwright extension, then reload this page.',
      },
      host: {
        message: 'Cardwright on this computer is too old.',
        user: 'Update Cardwright on this computer, then try again.',
      },
    },
  },
  ALREADY_INITIALIZED: {
    cause: 'The page sent `initialize` twice, or a command before it.',
    user: 'Reload the page.',
  },
  NOT_INITIALIZED: {
    cause: 'The page sent a command before `initialize`.',
    user: 'Reload the page.',
  },
  MESSAGE_TOO_LARGE: {
    cause: 'A step, a certificate or a list of keys is larger than 256 KiB.',
    user: 'Contact your help desk.',
  },
} satisfies Readonly<Record<string, ErrorText>>;
