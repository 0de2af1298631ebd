import * as client from 'openid-client';
import { ProofRefused, ProviderAway } from '../sign-in-errors.js';

const BAD_REQUEST = 400;
const SERVER_ERROR = 500;
const TOO_MANY_REQUESTS = 429;
/** Errors of the token endpoint (RFC 6749, 5.2) for which the settings or the provider are at fault, and not the person. */
const OF_THE_CLIENT: ReadonlySet<string> = new Set([
  'invalid_client',
  'unauthorized_client',
  'invalid_scope',
  'unsupported_grant_type',
  'temporarily_unavailable',
  'server_error',
]);

/** Codes of the library for an answer that is not the provider's own, such as the page of a proxy, and for none in time. */
const NO_ANSWER: ReadonlySet<string> = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
]);

/**
 * Returns the error that tells whether the provider is away or the proof is refused. Its message has a status and a code, and nothing that quotes a
 * token or the request.
 */
export function judgeFailure(error: unknown): ProviderAway | ProofRefused {
  if (error instanceof ProviderAway || error instanceof ProofRefused) return error;
  if (error instanceof client.ResponseBodyError) {
    const code = plain(error.error);
    const isAway = error.status >= SERVER_ERROR || error.status === TOO_MANY_REQUESTS || OF_THE_CLIENT.has(error.error);
    return isAway ? new ProviderAway(`${error.status} ${code}`) : new ProofRefused(code);
  }
  if (error instanceof client.WWWAuthenticateChallengeError) return new ProofRefused(`status ${error.status}`);
  if (error instanceof client.AuthorizationResponseError) return new ProofRefused(plain(error.error));
  if (error instanceof client.ClientError) {
    const code = error.code ?? error.name;
    return NO_ANSWER.has(code) ? new ProviderAway(code) : new ProofRefused(code);
  }
  // `fetch` raises a TypeError if there is no answer, or if the body breaks off.
  return error instanceof TypeError ? new ProviderAway('no answer') : new ProofRefused('unreadable');
}

/**
 * True for the error with which a token endpoint refuses a code or a refresh token itself (RFC 6749, 5.2). With any other status than 400 it is not the
 * endpoint's own.
 */
export const isInvalidGrant = (error: unknown): boolean =>
  error instanceof client.ResponseBodyError && error.status === BAD_REQUEST && error.error === 'invalid_grant';

/** Returns a code for the log, without characters that could begin a line or hide text. */
const plain = (code: string): string => code.replaceAll(/[^\w.-]/g, '').slice(0, 64);
