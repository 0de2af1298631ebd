import type { ErrorText } from '../../error-text.js';

/** Words for the errors 6000 to 6999. */
export const authenticationErrors = {
  PIN_INCORRECT: {
    cause: 'A different PIN was entered.',
    user: 'Check your PIN and try again.',
  },
  PIN_BLOCKED: {
    cause: 'It was entered incorrectly too many times.',
    user: 'Choose “Forgot PIN?” in the portal and set a new PIN, or ask your help desk.',
  },
  PUK_INCORRECT: {
    cause: 'The device has a different PUK from the one that the portal expects.',
    user: 'Contact your help desk.',
  },
  PUK_BLOCKED: {
    cause: 'It was used incorrectly too many times.',
    user: 'Use another device.',
  },
  PIN_REFUSED_BY_DEVICE: {
    cause: 'The device has PIN rules of its own.',
    user: 'Try again with a different PIN.',
  },
  MANAGEMENT_KEY_REFUSED: {
    cause: 'Another system set it up, or its factory key is not the configured one.',
    user: 'Contact your help desk.',
  },
  NOT_AUTHENTICATED: {
    cause: 'Its authentication was lost, for example because the card was reset.',
    user: 'Try again.',
  },
  LAST_TRY: {
    cause: 'One more incorrect entry would block the device.',
    user: 'Choose “Forgot PIN?” in the portal and set a new PIN, or ask your help desk.',
  },
  PIN_RULES_CONFLICT: {
    cause: 'The portal and the device have rules for PINs that conflict.',
    user: 'Contact your help desk.',
  },
  PIN_RULE_VIOLATED: {
    cause: 'Your organisation or the device has rules for PINs.',
    user: 'Try again with a PIN that follows the rules.',
    variants: {
      length: { message: 'That PIN is too short or too long.' },
      digits: { message: 'That PIN has characters that are not allowed.' },
      trivial: { message: 'That PIN is too easy to guess.' },
      same: { message: "The PINs don't match." },
    },
  },
  PIN_ENTRIES_DIFFER: {
    cause: 'The new PIN was entered twice at the card reader, and differently.',
    user: 'Try again.',
  },
  PIN_UNCONFIRMED: {
    cause: 'After the change, the new PIN was not entered at the card reader once more, or not correctly.',
    user: 'Try again. If you no longer know your PIN, choose “Forgot PIN?” in the portal.',
  },
  PINPAD_MISSING: {
    cause: 'Your organisation wants PINs to be entered at the card reader itself, and this reader has no keypad.',
    user: 'Insert the device into a card reader with a keypad, and try again.',
  },
  PINPAD_UNUSABLE: {
    cause: 'The card reader, its driver or the card does not do what the standard for keypads asks.',
    user: 'Try again. If that fails too, use another card reader.',
  },
} satisfies Readonly<Record<string, ErrorText>>;
