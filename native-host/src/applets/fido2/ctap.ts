/** Commands, status codes and limits of CTAP 2.1 by name. */

/** Command bytes (6, Authenticator API). */
export const COMMAND = {
  MAKE_CREDENTIAL: 0x01,
  GET_ASSERTION: 0x02,
  GET_INFO: 0x04,
  CLIENT_PIN: 0x06,
  RESET: 0x07,
  CREDENTIAL_MANAGEMENT: 0x0a,
  SELECTION: 0x0b,
  CONFIG: 0x0d,
  /** The command of FIDO_2_1_PRE in place of 0x0a, with the same parameters. */
  CREDENTIAL_MANAGEMENT_PREVIEW: 0x41,
} as const;

/** Status codes (8.2). The codes below 0x11 are also the error codes of CTAPHID (11.2.9.1.6). */
export const STATUS = {
  OK: 0x00,
  INVALID_COMMAND: 0x01,
  INVALID_LENGTH: 0x03,
  TIMEOUT: 0x05,
  CHANNEL_BUSY: 0x06,
  INVALID_CHANNEL: 0x0b,
  CREDENTIAL_EXCLUDED: 0x19,
  INVALID_CREDENTIAL: 0x22,
  UNSUPPORTED_ALGORITHM: 0x26,
  OPERATION_DENIED: 0x27,
  KEY_STORE_FULL: 0x28,
  UNSUPPORTED_OPTION: 0x2b,
  KEEPALIVE_CANCEL: 0x2d,
  NO_CREDENTIALS: 0x2e,
  USER_ACTION_TIMEOUT: 0x2f,
  NOT_ALLOWED: 0x30,
  PIN_INVALID: 0x31,
  PIN_BLOCKED: 0x32,
  PIN_AUTH_INVALID: 0x33,
  PIN_AUTH_BLOCKED: 0x34,
  PIN_NOT_SET: 0x35,
  PUAT_REQUIRED: 0x36,
  PIN_POLICY_VIOLATION: 0x37,
  ACTION_TIMEOUT: 0x3a,
  UP_REQUIRED: 0x3b,
  INVALID_SUBCOMMAND: 0x3e,
  OTHER: 0x7f,
} as const;

/** Keep-alive statuses of a working authenticator (11.2.9.1.7 and 11.3.7.2). */
export const KEEP_ALIVE = { PROCESSING: 1, UP_NEEDED: 2 } as const;

/** Permissions of a pinUvAuthToken (6.5.5.7). */
export const PERMISSION = {
  MAKE_CREDENTIAL: 0x01,
  GET_ASSERTION: 0x02,
  CREDENTIAL_MANAGEMENT: 0x04,
  CONFIG: 0x20,
} as const;

/** Longest accepted answer in bytes: the limit of an attestation object in Cardwright's protocol. */
export const MAX_ANSWER = 16_384;
/** Longest message in bytes that every authenticator accepts (6.4, `maxMsgSize`). */
export const DEFAULT_MAX_MESSAGE = 1024;
/** Milliseconds for a command that does not wait for the user. Generating an RSA key takes some seconds. */
export const WORK_TIME = 30_000;
/** Milliseconds for a command that may wait for a touch or a fingerprint. Authenticators give up after about thirty seconds. */
export const USER_TIME = 60_000;
/** The same for a reset by a long touch (CTAP 2.3, longTouchForReset): the user has to hold the authenticator for about ten seconds, and may have to begin again. */
export const LONG_TOUCH_TIME = 90_000;
/** Milliseconds that an authenticator has to confirm a cancellation. */
export const CANCEL_TIME = 3_000;
