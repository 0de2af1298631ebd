import type { ErrorText } from '../../error-text.js';

/** Words for the errors 6000 to 6999. */
export const authenticationErrors = {
  PIN_INCORRECT: {
    cause: 'A different PIN was entered.',
    user: 'Check your PIN and try again.',
    administrator: 'If the PIN becomes blocked, its owner can set a new one in the portal.',
  },
  PIN_BLOCKED: {
    cause: 'It was entered incorrectly too many times.',
    user: 'Choose “Forgot PIN?” in the portal and set a new PIN, or ask your help desk.',
    administrator: 'Its owner can set a new PIN in the portal, as long as the PUK is not blocked too.',
  },
  PUK_INCORRECT: {
    cause: 'The device has a different PUK from the one that the portal expects.',
    user: 'Contact your help desk.',
    administrator: 'Check the factory PUK in the device policy.',
  },
  PUK_BLOCKED: {
    cause: 'It was used incorrectly too many times.',
    user: 'Use another device.',
    administrator: 'Reset the device if its model allows it.',
  },
  PIN_REFUSED_BY_DEVICE: {
    cause: 'The device has PIN rules of its own.',
    user: 'Try again with a different PIN.',
    administrator: "Make the PIN rules in the device policy at least as strict as the device's own.",
  },
  MANAGEMENT_KEY_REFUSED: {
    cause: 'Another system set it up, or its factory key is not the configured one.',
    user: 'Contact your help desk.',
    administrator: 'Check the management key in the device policy.',
  },
  NOT_AUTHENTICATED: {
    cause: 'Its authentication was lost, for example because the card was reset.',
    user: 'Try again.',
    administrator: 'Find out whether another program uses the card.',
  },
  LAST_TRY: {
    cause: 'One more incorrect entry would block the device.',
    user: 'Choose “Forgot PIN?” in the portal and set a new PIN, or ask your help desk.',
    administrator: 'Its owner can set a new PIN in the portal, as long as the PUK has attempts left.',
  },
  PIN_RULES_CONFLICT: {
    cause: 'The portal asks for a length that the device does not allow.',
    user: 'Contact your help desk.',
    administrator: 'Change the PIN rules in the device policy.',
  },
  PIN_RULE_VIOLATED: {
    cause: 'Your organisation or the device has rules for PINs.',
    user: 'Try again with a PIN that follows the rules.',
    administrator: 'Nothing to do.',
    variants: {
      length: { message: 'That PIN is too short or too long.' },
      digits: { message: 'That PIN has characters that are not allowed.' },
      trivial: { message: 'That PIN is too easy to guess.' },
      same: { message: "The PINs don't match." },
    },
  },
} satisfies Readonly<Record<string, ErrorText>>;
