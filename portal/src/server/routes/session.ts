import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { chooseUserLanguage, findByPassword } from '../accounts/accounts.js';
import { recordFailedLogin } from '../accounts/failed-logins.js';
import { knownBrowser, rememberBrowser } from '../accounts/known-browser.js';
import { limitPasswordTries } from '../accounts/login-limit.js';
import { SESSION_LIFETIME, closeSession, findProvider, openSession, type Proved } from '../accounts/sessions.js';
import { record } from '../audit.js';
import { cookieName, cookieOptions } from '../cookies.js';
import { findUser } from '../request-guards.js';
import type { PortalServices } from '../services.js';
import type { User } from '../store/schema.js';
import { rememberChoice, rememberLanguage, takeChoice } from './chosen-language.js';
import { serve } from './serve.js';
import { SESSION_ROUTES, type SessionUser } from './table/session.js';

const BY_PASSWORD: Proved = { by: 'password', device: null };

const describe = ({ username, displayName, role, language }: User): SessionUser => ({
  username,
  displayName,
  role,
  language,
});

/**
 * Serves logins (`SESSION_ROUTES`). A new proof of identity ends the old session and opens a new one, so that a copied cookie of the old session
 * gains nothing from the proof.
 */
export function sessionRoutes(app: FastifyInstance, services: PortalServices): void {
  const { database } = services;

  serve(app, services, SESSION_ROUTES, {
    'GET /api/session': async (_input, { request, reply }) => {
      const user = await findUser(services, request);
      // The user may have chosen the language in another browser, so the cookie of this browser may be out of date.
      if (user) rememberLanguage(request, reply, services.origin, user.language);
      return { user: user ? describe(user) : null, passkeys: services.passkeys.own !== null };
    },

    'POST /api/session': async ({ body: { username, password } }, { request, reply }) => {
      const given = username.trim().toLowerCase();
      const address = request.ip;
      const attempt = { name: given, address, knownBrowser: knownBrowser(request, services.origin, given) };
      const user = await limitPasswordTries(database.db, attempt, () => findByPassword(database.db, given, password));
      if (!user) {
        await recordFailedLogin(database.db, { name: given, address });
        throw new CardwrightError('LOGIN_REQUIRED', { fresh: false });
      }
      await record(database.db, { actor: user.username, event: 'login' });
      return logIn(services, request, reply, user, BY_PASSWORD);
    },

    'POST /api/session/proof': async (_input, { session: { user }, request, reply }) => {
      await record(database.db, { actor: user.username, event: 'login.renewed' });
      return logIn(services, request, reply, user, BY_PASSWORD);
    },

    'PUT /api/session/language': async ({ body: { language } }, { request, reply }) => {
      const user = await findUser(services, request);
      if (!user) {
        rememberChoice(request, reply, services.origin, language);
        return { user: null };
      }
      await chooseUserLanguage(database.db, user.id, language);
      rememberLanguage(request, reply, services.origin, language);
      return { user: describe({ ...user, language }) };
    },

    'DELETE /api/session': async (_input, { request, reply }) => {
      const name = cookieName(services.origin, 'session');
      const token = request.cookies[name];
      const user = await findUser(services, request);
      const from = token !== undefined && user && (await findProvider(database.db, token, user));
      if (token !== undefined) await closeSession(database.db, token);
      if (user) await record(database.db, { actor: user.username, event: 'logout' });
      reply.clearCookie(name, { path: '/' });
      return { user: null, next: from ? await services.signIn.signOutAddress(from) : null };
    },
  });
}

/**
 * Opens a session for a user who proved their identity, and returns the answer. The browser's earlier session ends, the browser is known for the
 * user from now on, and a language that was chosen in the browser shortly before becomes the language of the account.
 */
export async function logIn(
  { database, origin }: PortalServices,
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
  proved: Proved,
) {
  const name = cookieName(origin, 'session');
  const before = request.cookies[name];
  // Without this, a new proof by passkey would take a session out of the reach of the provider that opened it.
  const provider =
    proved.provider ?? (before === undefined ? undefined : await findProvider(database.db, before, user));
  if (before !== undefined) await closeSession(database.db, before);
  const token = await openSession(database.db, user, { ...proved, ...(provider && { provider }) });
  reply.setCookie(name, token, cookieOptions(origin, SESSION_LIFETIME));
  rememberBrowser(request, reply, origin, user.username);
  const chosen = takeChoice(request, reply, origin);
  if (chosen !== undefined) await chooseUserLanguage(database.db, user.id, chosen);
  const language = chosen ?? user.language;
  rememberLanguage(request, reply, origin, language);
  return { user: describe({ ...user, language }) };
}
