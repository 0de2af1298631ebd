import type { ErrorCode } from './errors.js';

/** HTTP statuses of the contract between a page and its CMS. */

/** HTTP statuses by error code. A CMS returns every other code with `OTHER_ERROR_STATUS`. */
export const CMS_ERROR_STATUS: Partial<Readonly<Record<ErrorCode, number>>> = {
  INVALID_MESSAGE: 400,
  INVALID_PARAMS: 400,
  LOGIN_REQUIRED: 401,
  FORBIDDEN: 403,
  MOBILE_FORBIDDEN: 403,
  PASSWORD_INCORRECT: 403,
  CODE_NEEDED: 403,
  CODE_INCORRECT: 403,
  METHOD_NOT_FOUND: 404,
  OPERATION_NOT_FOUND: 404,
  ENROLMENT_NOT_FOUND: 404,
  MESSAGE_TOO_LARGE: 413,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  CA_UNAVAILABLE: 503,
  CMS_UNREACHABLE: 503,
};

/** HTTP status for all other codes (409, Conflict): the request is valid, but the present state does not allow it. */
export const OTHER_ERROR_STATUS = 409;

/** HTTP statuses with which proxies report that the CMS behind them does not answer (RFC 9110, 15.6.3 to 15.6.5). */
export const CMS_AWAY_STATUSES: readonly number[] = [502, 503, 504];
