import { chooseLanguage } from '@cardwright/cms';
import { LANGUAGES } from '@cardwright/words';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { cookieName, cookieOptions } from '../cookies.js';

/** Milliseconds. */
const LIFETIME = 365 * 24 * 60 * 60 * 1000;
/** The `vary` header of a page (RFC 9110, 12.5.5). */
export const VARY = 'accept-language, cookie';

/** Returns the language of a page's request, which the page states itself. */
export const languageOf = ({ headers }: FastifyRequest): string => chooseLanguage(headers['accept-language']);

/**
 * Returns the language of a page: the user's choice, otherwise the browser's preference. A cookie repeats the choice, because pages
 * are sent without the database, and even if it is down.
 */
export function pageLanguage(request: FastifyRequest, origin: string): string {
  const chosen = request.cookies[cookieName(origin, 'language')];
  return chosen !== undefined && LANGUAGES.includes(chosen) ? chosen : languageOf(request);
}

/** Stores the language of an account in the browser, or removes it if the account has none. */
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
