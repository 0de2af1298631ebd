import type { ErrorCode } from '@cardwright/protocol';

/**
 * The floor on which a test makes a code of the catalogue arrive:
 * - `host`: from the real host server and a virtual card, through the extension's relay, at the sdk;
 * - `browser`: from Chromium with the real extension, at a page;
 * - `portal`: from the reference portal over HTTP, at the sdk;
 * - `doctor`: as a finding of the host's own checks, which alone can know it.
 */
export type Floor = 'host' | 'browser' | 'portal' | 'doctor';

/** The file or folder of tests that stages the codes of a floor. */
export const STAGES: Readonly<Record<Floor, string>> = {
  host: 'tests/simulation/failures/host.test.ts',
  browser: 'tests/e2e/failures/browser.test.ts',
  portal: 'tests/integration/failures/portal.test.ts',
  doctor: 'tests/unit/native-host/checks',
};

type Staged = { readonly floor: Floor } | { readonly floor: 'nowhere'; readonly reason: string };

const host = { floor: 'host' } as const;
const browser = { floor: 'browser' } as const;
const portal = { floor: 'portal' } as const;
const doctor = { floor: 'doctor' } as const;
const nowhere = <const R extends string>(reason: R) => ({ floor: 'nowhere', reason }) as const;

/**
 * The floor of each code, or why it cannot be staged on Debian with pcscd, virtual readers and Chromium. A test compares it with the
 * catalogue. Every table of stagings takes its rows from it, so a staged code does not compile without its staging.
 */
export const STAGED = {
  INVALID_MESSAGE: browser,
  METHOD_NOT_FOUND: browser,
  INVALID_PARAMS: browser,
  INTERNAL: host,
  CANCELLED: browser,
  TIMEOUT: browser,
  VERSION_MISMATCH: browser,
  ALREADY_INITIALIZED: browser,
  NOT_INITIALIZED: browser,
  MESSAGE_TOO_LARGE: browser,

  EXTENSION_MISSING: browser,
  SITE_NOT_GRANTED: browser,
  PERMISSION_DENIED: browser,
  CMS_KEYS_UNAVAILABLE: browser,
  USER_CANCELLED: browser,
  WINDOW_NOT_ALLOWED: browser,
  INSECURE_CONTEXT: browser,
  USER_TIMEOUT: browser,
  EXTENSION_LOST: browser,
  TOO_MANY_SESSIONS: browser,
  POLICY_CHANGED: browser,
  EXTENSION_UPDATED: browser,

  HOST_MISSING: browser,
  HOST_FORBIDDEN: browser,
  HOST_CRASHED: browser,
  STEP_REQUIRED: browser,
  STEP_REFUSED: host,
  SECRET_REFUSED: host,
  SECRET_MISSING: host,
  HOST_START_FAILED: browser,
  HOST_INTERPRETER_FORBIDDEN: nowhere(
    'Only Windows starts hosts through a command interpreter that policy can forbid. The tests of doctor show it such a registry.',
  ),
  HOST_ANSWER_INVALID: browser,
  BROWSER_SANDBOXED: nowhere(
    'It needs a browser in the sandbox of a Snap or Flatpak. The tests of doctor show it the files of one.',
  ),
  HOST_MANIFEST_INVALID: doctor,
  USER_HOST_FORBIDDEN: doctor,
  HOST_DAMAGED: doctor,
  POLICY_UNREADABLE: doctor,

  PCSC_UNAVAILABLE: host,
  NO_READER: host,
  DEVICE_BUSY: host,
  CARD_REMOVED: host,
  CARD_MUTE: host,
  PCSC_FORBIDDEN: host,
  READER_REMOVED: host,
  CARD_RESET: host,
  PCSC_ERROR: host,

  DEVICE_NOT_FOUND: host,
  DEVICE_NOT_OPEN: host,
  NO_APPLICATION: host,
  NOT_SUPPORTED_BY_DEVICE: host,
  DEVICE_FULL: host,
  CARD_ERROR: host,
  WRONG_DEVICE: host,
  CHANGED_BY_MINIDRIVER: host,
  CONTACT_NEEDED: host,
  DEVICE_NOT_ALLOWED: host,

  PIN_INCORRECT: host,
  PIN_BLOCKED: host,
  PUK_INCORRECT: host,
  PUK_BLOCKED: host,
  PIN_REFUSED_BY_DEVICE: host,
  MANAGEMENT_KEY_REFUSED: host,
  NOT_AUTHENTICATED: host,
  LAST_TRY: host,
  PIN_RULES_CONFLICT: host,
  PIN_RULE_VIOLATED: host,
  PIN_ENTRIES_DIFFER: host,
  PIN_UNCONFIRMED: host,
  PINPAD_MISSING: host,
  PINPAD_UNUSABLE: host,

  KEY_CANNOT_SIGN: host,
  ALGORITHM_NOT_SUPPORTED: host,
  KEY_MISSING: host,
  WEAK_KEY_GENERATION: host,
  ESCROW_MISMATCH: host,
  CERTIFICATE_INVALID: host,

  LOGIN_REQUIRED: portal,
  FORBIDDEN: portal,
  DEVICE_LIMIT: portal,
  DEVICE_NOT_ELIGIBLE: portal,
  OPERATION_NOT_FOUND: portal,
  OPERATION_MOVED: portal,
  OPERATION_FAILED: portal,
  ATTESTATION_REFUSED: portal,
  CA_UNAVAILABLE: portal,
  CMS_UNREACHABLE: portal,
  RATE_LIMITED: portal,
  READ_BACK_MISMATCH: portal,
  DEVICE_STATE: portal,
  CA_REFUSED: portal,
  APPROVAL_NEEDED: portal,
  PASSWORD_INCORRECT: portal,
  PROPOSAL_OVER: portal,
  ATTESTATION_MISSING: portal,
  ATTESTATION_UNREADABLE: portal,
  ATTESTATION_UNTRUSTED: portal,
  ATTESTATION_CONTRADICTS: portal,
  CERTIFICATE_KEY_MISMATCH: portal,
  DEVICE_CHANGED: portal,
  CODE_NEEDED: portal,
  CODE_INCORRECT: portal,
  WORK_OVER: portal,
  LAST_ADMINISTRATOR: portal,
  SIGN_IN_UNAVAILABLE: portal,

  RP_NOT_ALLOWED: host,
  TOUCH_TIMEOUT: host,
  FIDO_PIN_INCORRECT: host,
  FIDO_PIN_BLOCKED: host,
  FIDO_PIN_PAUSED: host,
  FIDO_PIN_FORGOTTEN: host,
  FIDO_PIN_MISSING: host,
  PASSKEY_EXISTS: host,
  PASSKEY_STORE_FULL: host,
  PASSKEY_NOT_COMPLETED: browser,
  RP_PAGE_UNUSABLE: browser,
  FIDO_RESET_TOO_LATE: host,
  FIDO_RESET_REFUSED: host,
  AUTHENTICATOR_ERROR: host,
  FIDO_UNREACHABLE: host,
  PASSKEY_SERVICE_UNAVAILABLE: portal,
  PASSKEY_SERVICE_REFUSED: portal,
  PASSKEY_REFUSED: portal,
  PASSKEY_EXPIRED: portal,
  PASSKEY_NOT_PROVED: portal,
  PASSKEY_FORBIDDEN: portal,
  PASSKEY_LOGIN_REFUSED: portal,

  MOBILE_FORBIDDEN: portal,
  ENROLMENT_NOT_FOUND: portal,
  LINK_EXPIRED: portal,
  PHONE_UNSUPPORTED: portal,
  PHONE_NOT_GENUINE: nowhere(
    'A message that no genuine phone signed ends no enrolment: its sender gets a status, and the audit log the reason.',
  ),
  PHONE_OF_ANOTHER: portal,
  PHONE_SILENT: portal,
  PHONE_NOT_CONFIRMED: portal,
  PHONE_REFUSED: portal,
  CARD_PROOF_NEEDED: portal,
} as const satisfies Readonly<Record<ErrorCode, Staged>>;

/** The codes staged on a floor. */
export type CodesOf<F extends Floor> = {
  [C in ErrorCode]: (typeof STAGED)[C]['floor'] extends F ? C : never;
}[ErrorCode];
