import type { ErrorCode } from './errors.js';

export const TROUBLESHOOTING_GROUPS = [
  'computer',
  'reader',
  'pin',
  'passkey',
  'device',
  'portal',
  'developer',
] as const;
export type TroubleshootingGroup = (typeof TROUBLESHOOTING_GROUPS)[number];

/**
 * The catalogue as a help page orders it: what a user meets first, what only the developer of a portal can mend last, and
 * within a group the likely before the rare. Every code is in one group.
 */
export const TROUBLESHOOTING: Readonly<Record<TroubleshootingGroup, readonly ErrorCode[]>> = {
  computer: [
    'EXTENSION_MISSING',
    'SITE_NOT_GRANTED',
    'PERMISSION_DENIED',
    'HOST_MISSING',
    'HOST_START_FAILED',
    'HOST_CRASHED',
    'HOST_FORBIDDEN',
    'VERSION_MISMATCH',
    'TIMEOUT',
    'BROWSER_SANDBOXED',
    'HOST_BLOCKED',
    'HOST_INTERPRETER_FORBIDDEN',
    'HOST_MANIFEST_INVALID',
    'USER_HOST_FORBIDDEN',
    'HOST_DAMAGED',
    'HOST_ANSWER_INVALID',
    'EXTENSION_LOST',
    'WINDOW_NOT_ALLOWED',
    'USER_CANCELLED',
    'USER_TIMEOUT',
    'INSECURE_CONTEXT',
    'CANCELLED',
    'INTERNAL',
  ],
  reader: [
    'NO_READER',
    'PCSC_UNAVAILABLE',
    'PCSC_FORBIDDEN',
    'CARD_REMOVED',
    'DEVICE_NOT_FOUND',
    'DEVICE_BUSY',
    'CARD_MUTE',
    'READER_REMOVED',
    'CARD_RESET',
    'WRONG_DEVICE',
    'CONTACT_NEEDED',
    'PCSC_ERROR',
    'CARD_ERROR',
    'DEVICE_NOT_OPEN',
  ],
  pin: [
    'PIN_INCORRECT',
    'PIN_BLOCKED',
    'PIN_RULE_VIOLATED',
    'PIN_REFUSED_BY_DEVICE',
    'LAST_TRY',
    'PUK_INCORRECT',
    'PUK_BLOCKED',
    'PIN_RULES_CONFLICT',
  ],
  passkey: [
    'PASSKEY_NOT_COMPLETED',
    'TOUCH_TIMEOUT',
    'FIDO_PIN_INCORRECT',
    'FIDO_PIN_PAUSED',
    'FIDO_PIN_BLOCKED',
    'FIDO_PIN_FORGOTTEN',
    'FIDO_PIN_MISSING',
    'PASSKEY_EXISTS',
    'PASSKEY_STORE_FULL',
    'PASSKEY_FORBIDDEN',
    'PASSKEY_EXPIRED',
    'PASSKEY_LOGIN_REFUSED',
    'PASSKEY_NOT_PROVED',
    'PASSKEY_REFUSED',
    'PASSKEY_SERVICE_UNAVAILABLE',
    'PASSKEY_SERVICE_REFUSED',
    'FIDO_RESET_TOO_LATE',
    'FIDO_RESET_REFUSED',
    'FIDO_UNREACHABLE',
    'RP_NOT_ALLOWED',
    'RP_PAGE_UNUSABLE',
    'AUTHENTICATOR_ERROR',
  ],
  device: [
    'DEVICE_NOT_ELIGIBLE',
    'NO_APPLICATION',
    'NOT_SUPPORTED_BY_DEVICE',
    'DEVICE_FULL',
    'WEAK_KEY_GENERATION',
    'ALGORITHM_NOT_SUPPORTED',
    'KEY_CANNOT_SIGN',
    'MANAGEMENT_KEY_REFUSED',
    'CHANGED_BY_MINIDRIVER',
    'NOT_AUTHENTICATED',
    'CERTIFICATE_INVALID',
    'ATTESTATION_MISSING',
    'ATTESTATION_UNTRUSTED',
    'ATTESTATION_UNREADABLE',
    'ATTESTATION_CONTRADICTS',
    'ATTESTATION_REFUSED',
    'CERTIFICATE_KEY_MISMATCH',
    'READ_BACK_MISMATCH',
  ],
  portal: [
    'LOGIN_REQUIRED',
    'CMS_UNREACHABLE',
    'OPERATION_FAILED',
    'OPERATION_MOVED',
    'OPERATION_NOT_FOUND',
    'APPROVAL_NEEDED',
    'DEVICE_LIMIT',
    'DEVICE_STATE',
    'CA_UNAVAILABLE',
    'CA_REFUSED',
    'RATE_LIMITED',
    'PASSWORD_INCORRECT',
    'FORBIDDEN',
    'CMS_KEYS_UNAVAILABLE',
  ],
  developer: [
    'INVALID_MESSAGE',
    'MESSAGE_TOO_LARGE',
    'METHOD_NOT_FOUND',
    'INVALID_PARAMS',
    'ALREADY_INITIALIZED',
    'NOT_INITIALIZED',
    'TOO_MANY_SESSIONS',
    'STEP_REQUIRED',
    'STEP_REFUSED',
    'SECRET_REFUSED',
    'SECRET_MISSING',
    'KEY_MISSING',
    'ESCROW_MISMATCH',
  ],
};

/** What a help page says around the words of the catalogue, in one language. */
export interface TroubleshootingWords {
  readonly title: string;
  readonly intro: string;
  readonly groups: Readonly<Record<TroubleshootingGroup, string>>;
  readonly cause: string;
  readonly user: string;
  readonly administrator: string;
  /** Before the number of an error. */
  readonly error: string;
}

export const englishTroubleshooting: TroubleshootingWords = {
  title: 'Troubleshooting',
  intro: 'Find your error by the name or number it shows, such as 4002 or NO_READER.',
  groups: {
    computer: 'Browser and computer',
    reader: 'Reader and connection',
    pin: 'PIN and PUK',
    passkey: 'Passkeys and FIDO PIN',
    device: 'Devices that cannot be used',
    portal: 'Portal and account',
    developer: 'For developers of a portal',
  },
  cause: 'Why it happens',
  user: 'What you can do',
  administrator: 'For your administrator',
  error: 'Error',
};
