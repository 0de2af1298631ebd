import { chooseLanguage, type Language } from '@cardwright/cms';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import type { LinkPage, LinkVisitor, MobileDevices } from '../../mobile/mobile-devices.js';
import { cookieName, cookieOptions } from '../../cookies.js';
import { writeLinkPage } from './link-page.js';
import { PROFILE_TYPE } from './profile-service.js';

/** What is secret in a link, base64url. One of another form leads nowhere, and is shown nowhere. */
const parameters = v.strictObject({ token: v.pipe(v.string(), v.regex(/^[\w-]{20,100}$/)) });
const cookieValue = v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/));
/** Characters; nothing that is said about a phone stands further back. */
const USER_AGENT_LENGTH = 500;
/** Milliseconds: longer than any link is good. */
const COOKIE_LIFETIME = 2 * 60 * 60 * 1000;
const NOT_FOUND = 404;
const DEAD: LinkPage = { kind: 'dead', language: null };

export interface LinkSide {
  readonly devices: MobileDevices;
  readonly isVerified: boolean;
}

/**
 * What a phone's browser opens:
 *
 *     GET /mobile/enrol/{token}          a page that says what will happen
 *     GET /mobile/enrol/{token}/profile  the first profile, for the first browser that asks
 *
 * Opening the page claims nothing: programs that preview links do so, too.
 */
export function linkRoutes(phones: FastifyInstance, { devices, isVerified }: LinkSide, origin: () => string): void {
  const cookie = (): string => cookieName(origin(), 'mobile');
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

  phones.get('/enrol/:token', { exposeHeadRoute: false }, async (request, reply) => {
    const link = v.safeParse(parameters, request.params);
    if (!link.success) return sendPage(request, reply, DEAD, '');
    const { token } = link.output;
    return sendPage(request, reply, await devices.openLink(token, visitorOf(request)), token);
  });

  phones.get('/enrol/:token/profile', { exposeHeadRoute: false }, async (request, reply) => {
    const link = v.safeParse(parameters, request.params);
    const downloaded = link.success ? await devices.download(link.output.token, visitorOf(request)) : undefined;
    if (!downloaded) return sendPage(request, reply, DEAD, '');
    return reply
      .setCookie(cookie(), downloaded.browser, {
        ...cookieOptions(origin(), COOKIE_LIFETIME),
        // A scanned code leads here from nowhere, and the page from itself.
        sameSite: 'lax',
      })
      .header('content-disposition', 'attachment; filename="cardwright.mobileconfig"')
      .type(PROFILE_TYPE)
      .send(Buffer.from(downloaded.profile));
  });
}

/** The phone's own language names things as its Settings do; that of the person who enrols comes after those. */
const languageOf = ({ headers }: FastifyRequest, { language }: LinkPage): Language =>
  chooseLanguage([headers['accept-language'], language && `${language};q=0.001`].filter(Boolean).join());
