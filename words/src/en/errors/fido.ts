import type { ErrorText } from '../../error-text.js';

/** Words for the errors 8000 to 8999. */
export const fidoErrors = {
  RP_NOT_ALLOWED: {
    cause: "The service's address is neither this site's own nor one that your administrator allows for it.",
    user: 'Contact your help desk.',
  },
  TOUCH_TIMEOUT: {
    cause: 'It waits about half a minute for a touch.',
    user: 'Try again, and touch the key when it blinks.',
  },
  FIDO_PIN_INCORRECT: {
    cause: 'A different PIN was entered.',
    user: 'Check the FIDO PIN of your security key and try again.',
  },
  FIDO_PIN_BLOCKED: {
    cause: 'It was entered incorrectly too many times.',
    user: 'Contact your help desk.',
  },
  FIDO_PIN_PAUSED: {
    cause: 'The FIDO PIN was entered incorrectly three times in a row.',
    user: 'Remove the key, insert it, and try again.',
  },
  FIDO_PIN_FORGOTTEN: {
    cause: 'The key was used before.',
    user: 'Use another device.',
  },
  FIDO_PIN_MISSING: {
    cause: 'It was reset in the meantime.',
    user: 'Try again, and choose a FIDO PIN.',
  },
  PASSKEY_EXISTS: {
    cause: 'It was registered before, perhaps outside this portal.',
    user: 'Use another device, or ask your help desk to remove the old passkey.',
  },
  PASSKEY_STORE_FULL: {
    cause: 'A security key holds only so many passkeys.',
    user: 'Use another device.',
  },
  PASSKEY_NOT_COMPLETED: {
    cause: 'The dialog of the browser or the system was closed, or it took too long.',
    user: 'Try again, and follow the dialog to its end.',
  },
  RP_PAGE_UNUSABLE: {
    cause: 'It led to another address, or it could not be opened.',
    user: 'Check your network connection and try again.',
  },
  FIDO_RESET_TOO_LATE: {
    cause: 'A key can be reset only in the first seconds after it is inserted.',
    user: 'Try again, and follow the steps quickly.',
  },
  FIDO_RESET_REFUSED: {
    cause: 'The device does not allow it.',
    user: 'Use another device.',
    variants: {
      shared: { cause: 'It shares its PIN with the other applications, and a reset would erase them too.' },
      transport: { cause: 'It allows a reset only over another connection.' },
    },
  },
  AUTHENTICATOR_ERROR: {
    cause: 'It refused a command for a reason that Cardwright does not know.',
    user: 'Remove the device, insert it, and try again.',
  },
  FIDO_UNREACHABLE: {
    cause: 'Windows reserves it for accounts with more rights. On Linux, a rule for the device may be missing.',
    user: 'On Windows, change the FIDO PIN and manage passkeys in Settings > Accounts > Sign-in options > Security key. For anything else, contact your help desk.',
  },
  PASSKEY_SERVICE_UNAVAILABLE: {
    cause: "The portal couldn't reach it, or it is busy.",
    user: 'Wait a moment and try again.',
  },
  PASSKEY_SERVICE_REFUSED: {
    cause: 'The portal lacks a permission there, or the service does not know your account.',
    user: 'Contact your help desk.',
  },
  PASSKEY_REFUSED: {
    cause: 'What the device signed is not what was asked for.',
    user: 'Contact your help desk.',
    variants: {
      attestation: { cause: 'No trusted vendor vouches for the device.' },
      known: { cause: 'The same passkey is registered already.' },
      unusable: {
        cause: "The device doesn't sign with the passkey that it has just created.",
      },
    },
  },
  PASSKEY_EXPIRED: {
    cause: 'The service waits only a few minutes.',
    user: 'Try again.',
  },
  PASSKEY_NOT_PROVED: {
    cause: 'The browser may have created it on another security key, and your organisation requires proof.',
    user: 'Make sure that only this device is connected, or contact your help desk.',
  },
  PASSKEY_FORBIDDEN: {
    cause: 'The passkey profile of your account excludes the model or requires its attestation.',
    user: 'Use another device.',
  },
  PASSKEY_LOGIN_REFUSED: {
    cause: 'It is not registered here, or its device is not active.',
    user: 'Try again with another passkey, or use your password.',
  },
} satisfies Readonly<Record<string, ErrorText>>;
