/** Status codes of CTAP 2.1, 8.2, that this authenticator uses. */
export const CtapStatus = {
  ok: 0x00,
  invalidCommand: 0x01,
  invalidParameter: 0x02,
  invalidLength: 0x03,
  cborUnexpectedType: 0x11,
  invalidCbor: 0x12,
  missingParameter: 0x14,
  limitExceeded: 0x15,
  credentialExcluded: 0x19,
  unsupportedAlgorithm: 0x26,
  operationDenied: 0x27,
  keyStoreFull: 0x28,
  unsupportedOption: 0x2b,
  invalidOption: 0x2c,
  keepaliveCancel: 0x2d,
  noCredentials: 0x2e,
  userActionTimeout: 0x2f,
  notAllowed: 0x30,
  pinInvalid: 0x31,
  pinBlocked: 0x32,
  pinAuthInvalid: 0x33,
  pinAuthBlocked: 0x34,
  pinNotSet: 0x35,
  puatRequired: 0x36,
  pinPolicyViolation: 0x37,
  requestTooLarge: 0x39,
  upRequired: 0x3b,
  invalidSubcommand: 0x3e,
  unauthorizedPermission: 0x40,
} as const;

/** Ends a CTAP command with a status and no data. */
export class CtapError extends Error {
  constructor(
    readonly status: number,
    why: string,
  ) {
    super(`${why} (${status.toString(16).toUpperCase().padStart(2, '0')})`);
  }
}
