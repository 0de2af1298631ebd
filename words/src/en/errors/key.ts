import type { ErrorText } from '../../error-text.js';

/** Words for the errors 7000 to 7999. */
export const keyErrors = {
  KEY_CANNOT_SIGN: {
    cause: 'On some cards an elliptic curve key in slot 9D can only be used for key agreement.',
    user: 'Contact your help desk.',
  },
  ALGORITHM_NOT_SUPPORTED: {
    cause: 'The model or its firmware does not have it.',
    user: 'Contact your help desk.',
  },
  KEY_MISSING: {
    cause: 'It was not created yet, or was deleted.',
    user: 'Try again from the beginning.',
  },
  WEAK_KEY_GENERATION: {
    cause: 'Its firmware (4.2.0 to 4.3.4) has the flaw known as ROCA (CVE-2017-15361).',
    user: 'Use another device.',
  },
  ESCROW_MISMATCH: {
    cause: 'The digest in the step differs, so nothing was written to the card.',
    user: 'Try again from the beginning.',
  },
  CERTIFICATE_INVALID: {
    cause: 'It is damaged or in an unknown format.',
    user: 'Try again, and set the device up from the beginning.',
  },
} satisfies Readonly<Record<string, ErrorText>>;
