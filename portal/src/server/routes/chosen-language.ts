import { negotiateLanguage } from '@cardwright/cms';
import { LANGUAGES } from '@cardwright/words';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieName, cookieOptions } from '../cookies.js';

const MINUTE = 60 * 1000;
/** Milliseconds for which a browser keeps a language: a year. */
const LIFETIME = 365 * 24 * 60 * MINUTE;
/**
 * Milliseconds for which the browser keeps a language that was chosen before signing in. An account that signs in within this time gets the
 * language. Later, a different person may be signing in.
 */
const CHOSEN_LIFETIME = 10 * MINUTE;
/** Value of the `vary` header of a page (RFC 9110, 12.5.5). */
export const VARY = 'accept-language, cookie';

/** Returns the language of a request from a page. The page states its own language in `accept-language`. */
export const languageOf = ({ headers }: FastifyRequest): string => negotiateLanguage(headers['accept-language']);

/**
 * Returns the language of a page: the user's choice, or the browser's preference if the user has chosen none. The choice is read from a cookie,
 * so that the server can send pages even if the database is down.
 */
export function pageLanguage(request: FastifyRequest, origin: string): string {
  const chosen = request.cookies[cookieName(origin, 'language')];
  return chosen !== undefined && LANGUAGES.includes(chosen) ? chosen : languageOf(request);
}

/**
 * Stores a language in the browser, for its pages and for the account that signs in within `CHOSEN_LIFETIME`.
 *
 * @param language null removes the stored language, for the pages and for the account
 */
export function rememberChoice(request: FastifyRequest, reply: FastifyReply, origin: string, language: string | null) {
  rememberLanguage(request, reply, origin, language);
  const name = cookieName(origin, 'chosen-language');
  if (language === null) reply.clearCookie(name, { path: '/' });
  else reply.setCookie(name, language, cookieOptions(origin, CHOSEN_LIFETIME));
}

/**
 * Removes the language that was chosen in this browser before signing in, and returns it. Returns undefined if no language of the portal was
 * chosen within `CHOSEN_LIFETIME`.
 */
export function takeChoice({ cookies }: FastifyRequest, reply: FastifyReply, origin: string): string | undefined {
  const name = cookieName(origin, 'chosen-language');
  const chosen = cookies[name];
  if (chosen === undefined) return undefined;
  reply.clearCookie(name, { path: '/' });
  return LANGUAGES.find((language) => language === chosen);
}

/** Stores the language of the pages in the browser. If `language` is null, removes the stored language. */
export function rememberLanguage(
  { cookies }: FastifyRequest,
  reply: FastifyReply,
  origin: string,
  language: string | null,
): void {
  const name = cookieName(origin, 'language');
  if ((cookies[name] ?? null) === language) return;
  if (language === null) reply.clearCookie(name, { path: '/' });
  else reply.setCookie(name, language, cookieOptions(origin, LIFETIME));
}
