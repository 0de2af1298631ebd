import { negotiateLanguage } from '@cardwright/cms';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import type { LinkPage, LinkVisitor, MobileDevices } from '../../mobile/mobile-devices.js';
import { cookieName, cookieOptions } from '../../cookies.js';
import type { Sessions } from '../../requests/request-guards.js';
import { serve } from '../serve.js';
import { LINK_ROUTES, PROFILE_TYPE } from '../table/phones.js';
import { writeLinkPage } from './link-page.js';

/** Schema of the secret part of a link or of a profile's address, in base64url. A secret of another form is refused and appears in no page. */
const secret = v.pipe(v.string(), v.regex(/^[\w-]{20,100}$/));
const cookieValue = v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/));
/** Maximum number of characters that are read of a User-Agent. A User-Agent identifies a phone within these characters. */
const USER_AGENT_LENGTH = 500;
/** Milliseconds for which a browser keeps the cookie: two hours, longer than any link is valid. */
const COOKIE_LIFETIME = 2 * 60 * 60 * 1000;
const SEE_OTHER = 303;
const NOT_FOUND = 404;
const DEAD: LinkPage = { kind: 'dead', language: null };

export interface LinkSide {
  readonly devices: MobileDevices;
  readonly isVerified: boolean;
}

/** Serves the pages of links (`LINK_ROUTES`). */
export function linkRoutes(phones: FastifyInstance, sessions: Sessions, { devices, isVerified }: LinkSide): void {
  const cookie = (): string => cookieName(sessions.origin, 'mobile');
  const visitorOf = ({ headers, cookies }: FastifyRequest): LinkVisitor => {
    const browser = v.safeParse(cookieValue, cookies[cookie()]);
    return {
      userAgent: (headers['user-agent'] ?? '').slice(0, USER_AGENT_LENGTH),
      browser: browser.success ? browser.output : null,
    };
  };
  const sendPage = (request: FastifyRequest, reply: FastifyReply, page: LinkPage, token: string): FastifyReply => {
    const language = languageOf(request, page);
    return reply
      .code(page.kind === 'dead' ? NOT_FOUND : 200)
      .headers({ 'content-language': language, vary: 'accept-language' })
      .type('text/html; charset=utf-8')
      .send(writeLinkPage(page.kind, language, { profile: `/mobile/enrol/${token}/profile`, isVerified }));
  };

  serve(phones, sessions, LINK_ROUTES, {
    'GET /mobile/enrol/{token}': async ({ parameters: { token } }, { request, reply }) => {
      if (!v.is(secret, token)) return sendPage(request, reply, DEAD, '');
      return sendPage(request, reply, await devices.openLink(token, visitorOf(request)), token);
    },

    'GET /mobile/enrol/{token}/profile': async ({ parameters: { token } }, { request, reply }) => {
      const isAsked = v.is(secret, token) && !isPrefetch(request);
      const claimed = isAsked ? await devices.claim(token, visitorOf(request)) : undefined;
      if (!claimed) return sendPage(request, reply, DEAD, '');
      return reply
        .setCookie(cookie(), claimed.browser, {
          ...cookieOptions(sessions.origin, COOKIE_LIFETIME),
          // Usually a link is opened from a scanned code, which belongs to no site, or from the link's own page. If another site opens the link,
          // browsers send a `lax` cookie too, but would not send a `strict` cookie.
          sameSite: 'lax',
        })
        .redirect(`/mobile/enrol/${token}/profile/${claimed.handover}`, SEE_OTHER);
    },

    'GET /mobile/enrol/{token}/profile/{handover}': async ({ parameters }, { request, reply }) => {
      const { token, handover } = parameters;
      const isAsked = v.is(secret, token) && v.is(secret, handover) && !isPrefetch(request);
      const profile = isAsked ? await devices.download(token, handover, visitorOf(request)) : undefined;
      if (!profile) return sendPage(request, reply, DEAD, '');
      return reply
        .header('content-disposition', 'attachment; filename="cardwright.mobileconfig"')
        .type(PROFILE_TYPE)
        .send(Buffer.from(profile));
    },
  });
}

/** Headers by which browsers announce a request that nobody has asked for yet (Fetch Standard, 2.2.5: `Sec-Purpose`; the others are older). */
const PURPOSES = ['sec-purpose', 'purpose', 'x-purpose', 'x-moz'] as const;

/** True if a browser only loads the address in advance, or for a preview. Such a request claims nothing. */
const isPrefetch = ({ headers }: FastifyRequest): boolean =>
  PURPOSES.some((name) => /\b(?:prefetch|prerender|preview)\b/i.test(String(headers[name] ?? '')));

/**
 * Returns the language of a page for a phone: the language that the phone prefers, because the Settings of the phone use it. If the portal has no
 * language that the phone accepts, returns the language of the person who enrols the phone.
 */
export const languageOf = ({ headers }: FastifyRequest, { language }: Pick<LinkPage, 'language'>): string =>
  negotiateLanguage([headers['accept-language'], language && `${language};q=0.001`].filter(Boolean).join());
