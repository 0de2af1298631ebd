import { CardwrightError, text } from '@cardwright/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import * as v from 'valibot';
import { findByPassword } from '../accounts/accounts.js';
import { recordFailedLogin } from '../accounts/failed-logins.js';
import { knownBrowser, rememberBrowser } from '../accounts/known-browser.js';
import { limitPasswordTries } from '../accounts/login-limit.js';
import { requireOwnPassword } from '../accounts/reauthentication.js';
import { SESSION_LIFETIME, closeSession, openSession, type Proved } from '../accounts/sessions.js';
import { record } from '../audit.js';
import { cookieName, cookieOptions } from '../cookies.js';
import type { Services } from '../services.js';
import { findUser, readBody, requireUser } from '../request-guards.js';
import type { User } from '../store/schema.js';

const credentials = v.strictObject({ username: text(64), password: text(200) });
const proof = v.strictObject({ password: text(200) });
const BY_PASSWORD: Proved = { by: 'password', device: null };

/** What a page learns of a user. */
const describe = ({ username, displayName, role }: User) => ({ username, displayName, role });

/**
 *     GET    /api/session                          -> { user: { username, displayName, role } | null, passkeys }
 *     POST   /api/session  { username, password }  -> { user }; 401 LOGIN_REQUIRED, 429 RATE_LIMITED with retry-after
 *     POST   /api/session/proof  { password }      -> { user }; 403 PASSWORD_INCORRECT, 429 RATE_LIMITED with retry-after
 *     DELETE /api/session  {}                      -> { user: null }
 *
 * `passkeys`: whether a passkey can be used instead of a password (see passkey-login.ts). A proof is for whoever is logged in already: it
 * opens another session, so that a copy of the cookie of before does not become fresh with it.
 */
export function sessionRoutes(app: FastifyInstance, services: Services): void {
  const { store } = services;

  app.get('/api/session', async (request) => {
    const user = await findUser(services, request);
    return { user: user ? describe(user) : null, passkeys: services.passkeys.own !== null };
  });

  app.post('/api/session', async (request, reply) => {
    const { username, password } = readBody(credentials, request);
    const given = username.trim().toLowerCase();
    const address = request.ip;
    const attempt = { name: given, address, knownBrowser: knownBrowser(request, services.origin, given) };
    const user = await limitPasswordTries(store.db, attempt, () => findByPassword(store.db, given, password));
    if (!user) {
      await recordFailedLogin(store.db, { name: given, address });
      throw new CardwrightError('LOGIN_REQUIRED', { fresh: false });
    }
    await record(store.db, { actor: user.username, event: 'login' });
    return logIn(services, request, reply, user, BY_PASSWORD);
  });

  app.post('/api/session/proof', async (request, reply) => {
    const user = await requireUser(services, request);
    const { password } = readBody(proof, request);
    const event = 'login.renewed';
    await requireOwnPassword(store.db, user, password, { event, address: request.ip });
    await record(store.db, { actor: user.username, event });
    return logIn(services, request, reply, user, BY_PASSWORD);
  });

  app.delete('/api/session', async (request, reply) => {
    const name = cookieName(services.origin, 'session');
    const token = request.cookies[name];
    const user = await findUser(services, request);
    if (token !== undefined) await closeSession(store.db, token);
    if (user) await record(store.db, { actor: user.username, event: 'logout' });
    reply.clearCookie(name, { path: '/' });
    return { user: null };
  });
}

/** Opens a session for a user who proved to be it; one that the browser had before ends, and the browser is known from now on. */
export async function logIn(
  { store, origin }: Services,
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
  proved: Proved,
) {
  const name = cookieName(origin, 'session');
  const before = request.cookies[name];
  if (before !== undefined) await closeSession(store.db, before);
  reply.setCookie(name, await openSession(store.db, user, proved), cookieOptions(origin, SESSION_LIFETIME));
  rememberBrowser(request, reply, origin, user.username);
  return { user: describe(user) };
}
