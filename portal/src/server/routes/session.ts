import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { noteSession } from '../access.js';
import { chooseUserLanguage } from '../accounts/accounts.js';
import type { Reaches } from '../rights.js';
import { grantsOf } from '../accounts/roles.js';
import { sessionRights, type SessionRights } from '../accounts/second-factor.js';
import { hasFactor } from '../accounts/sign-in-passkeys.js';
import { recordFailedLogin } from '../accounts/failed-logins.js';
import { knownBrowser, rememberBrowser } from '../accounts/known-browser.js';
import { limitPasswordTries } from '../accounts/login-limit.js';
import { endOf, endSurplus } from '../accounts/session-ends.js';
import {
  closeSession,
  endAfterRoleChange,
  findProvider,
  openSession,
  renewSession,
  type LoginSession,
  type Proved,
  type SessionEnds,
} from '../accounts/sessions.js';
import { changeOwnPassword } from '../accounts/set-password.js';
import { stillStands } from '../accounts/standing.js';
import { record } from '../audit.js';
import { cookieName, cookieOptions } from '../cookies.js';
import { passwordProofs, tellAway, type PasswordProof } from '../login/password-login.js';
import { proofsOf } from '../login/proofs.js';
import { ProviderAway } from '../login/sign-in-errors.js';
import { findRequestSession } from '../requests/request-guards.js';
import type { PortalServices } from '../services.js';
import type { Database } from '../store/database.js';
import type { User } from '../store/schema.js';
import { isFreshNow } from './fresh-check.js';
import { rememberChoice, rememberLanguage, takeChoice } from './chosen-language.js';
import { serve, type Call } from './serve.js';
import { requireUse } from './use-check.js';
import { SESSION_ROUTES, type SessionUser, type ShownSecondFactor } from './table/session.js';

const BY_PASSWORD: Proved = { by: 'password', device: null };

/** Describes a user to pages. */
export const describe = ({ username, displayName, language }: User, reaches: Reaches): SessionUser => ({
  username,
  displayName,
  language,
  rights: [...reaches.keys()],
});

/** Describes how the second factor of a user's session stands. */
export async function describeSecondFactor(
  { database, passkeys: { own } }: Pick<PortalServices, 'database' | 'passkeys'>,
  { id }: User,
  { secondFactor }: Pick<SessionRights, 'secondFactor'>,
): Promise<ShownSecondFactor> {
  if (secondFactor !== 'needed') return secondFactor;
  return (await hasFactor(database.db, id, own?.service ?? null)) ? 'needed' : 'to-register';
}

/**
 * Serves logins (`SESSION_ROUTES`). A new proof of identity gives the session another token, so that a copied cookie of before gains nothing from
 * the proof.
 */
export function sessionRoutes(app: FastifyInstance, services: PortalServices): void {
  const { database, passwords } = services;

  serve(app, services, SESSION_ROUTES, {
    'GET /api/session': async (_input, { request, reply }) => {
      const session = await findRequestSession(services, request);
      // The user may have chosen the language in another browser, so the cookie of this browser may be out of date.
      if (session) rememberLanguage(request, reply, services.origin, session.user.language);
      return {
        user: session ? describe(session.user, session.reaches) : null,
        passkeys: services.passkeys.rpId !== null,
        secondFactor: session ? await describeSecondFactor(services, session.user, session) : 'unneeded',
        proofs: session ? await proofsOf(database.db, services.signIn, services.passkeys, session) : null,
      };
    },

    'POST /api/session': async ({ body: { username, password } }, { request, reply }) => {
      const given = username.trim().toLowerCase();
      const address = request.ip;
      const attempt = { name: given, address, knownBrowser: knownBrowser(request, services.origin, given) };
      let proof: PasswordProof | undefined;
      try {
        proof = await limitPasswordTries(database.db, attempt, passwordProofs(database.db, services, given, password));
      } catch (error) {
        if (!(error instanceof ProviderAway) || services.signIn.directory === null) throw error;
        tellAway(services.signIn.directory, error);
        return { refusal: 'away' as const };
      }
      if (!proof) {
        await recordFailedLogin(database.db, { name: given });
        throw new CardwrightError('LOGIN_REQUIRED', { fresh: false });
      }
      if ('refusal' in proof) {
        await recordFailedLogin(database.db, { name: given, refusal: proof.refusal });
        return proof;
      }
      const { user, proved } = proof;
      const opened = await logIn(services, request, reply, user, proved);
      return { ...opened, weakness: proved.provider ? null : passwords.weaknessOf(password, user.username) };
    },

    'GET /api/session/proof': (_input, { session: { proof, expiresAt } }) =>
      Promise.resolve({ isFresh: isFreshNow(proof), endsAt: expiresAt }),

    'POST /api/session/proof': (_input, { session, request, reply }) =>
      logIn(services, request, reply, session.user, BY_PASSWORD, session),

    'PUT /api/session/password': async ({ body: { password, newPassword } }, { session, request, reply }) => {
      const { user, secondFactor } = session;
      const change = { before: password, after: newPassword };
      const changed = await changeOwnPassword(database.db, passwords, user, change);
      if (changed === undefined) throw new CardwrightError('LOGIN_REQUIRED', { fresh: false });
      if (typeof changed === 'string') return { problem: changed };
      // The session that takes the place of this one keeps what was given in it.
      const proved = { ...BY_PASSWORD, isTwoFactors: secondFactor === 'given' };
      await letIn(services, request, reply, changed, proved);
      return { problem: null };
    },

    'PUT /api/session/language': async ({ body: { language } }, { request, reply }) => {
      const session = await findRequestSession(services, request);
      if (!session) {
        rememberChoice(request, reply, services.origin, language);
        return { user: null };
      }
      const { user, reaches } = session;
      await chooseUserLanguage(database.db, user.id, language);
      rememberLanguage(request, reply, services.origin, language);
      return { user: describe({ ...user, language }, reaches) };
    },

    'DELETE /api/session': async (_input, { request, reply }) => {
      const name = cookieName(services.origin, 'session');
      const token = request.cookies[name];
      const session = await findRequestSession(services, request);
      const from = token !== undefined && session && (await findProvider(database.db, token));
      if (token !== undefined) await closeSession(database.db, token);
      if (session) {
        const { username, id } = session.user;
        await record(database.db, { actor: username, event: 'logout', personId: id });
      }
      reply.clearCookie(name, { path: '/' });
      return { user: null, next: from ? await services.signIn.signOutAddress(from) : null };
    },
  });
}

/**
 * Lets a user in as `letIn` does, if they have not used up their sign-ins of this hour. Each writes to the audit log, however right it is.
 *
 * @throws CardwrightError `LOGIN_REQUIRED` as `letIn` does; `RATE_LIMITED`
 */
export async function logIn(
  services: PortalServices,
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
  proved: Proved,
  renewed?: LoginSession,
) {
  await requireUse(services, user, 'sign-in');
  return letIn(services, request, reply, user, proved, renewed);
}

/**
 * Lets a user in who proved their identity, records that, and returns the answer. A sign-in opens a session, and ends the earlier session of the
 * browser. A new proof of the user who is signed in gives the session another token, so that a copied cookie of before gains nothing. The browser is
 * known for the user from now on, and a language that was chosen in the browser shortly before becomes the language of the account.
 *
 * @param renewed session in which the user proved their identity again; undefined for a sign-in
 * @throws CardwrightError `LOGIN_REQUIRED` if that session has ended meanwhile, or if the account was disabled, or its password changed, since the user
 *   was read
 */
export async function letIn(
  services: PortalServices,
  request: FastifyRequest,
  reply: FastifyReply,
  user: User,
  proved: Proved,
  renewed?: LoginSession,
) {
  const { database, origin, sessionEnds } = services;
  const name = cookieName(origin, 'session');
  const token = await database.db.transaction((transaction) =>
    renewed
      ? renew(transaction, request.cookies[name] ?? '', renewed, proved, sessionEnds)
      : open(transaction, request, request.cookies[name], { user, proved, sessionEnds }),
  );
  if (!(await stillStands(database.db, user))) {
    if (token !== null) await closeSession(database.db, token);
    throw new CardwrightError('LOGIN_REQUIRED', { fresh: false });
  }
  if (token !== null) reply.setCookie(name, token, cookieOptions(origin, sessionEnds.lifetime));
  rememberBrowser(request, reply, origin, user.username);
  const chosen = takeChoice(request, reply, origin);
  if (chosen !== undefined) await chooseUserLanguage(database.db, user.id, chosen);
  const language = chosen ?? user.language;
  rememberLanguage(request, reply, origin, language);
  const isGiven = renewed?.secondFactor === 'given' || (proved.isTwoFactors === true && token !== null);
  const rights = sessionRights(services.secondFactor, await grantsOf(database.db, user.id), isGiven);
  return {
    user: describe({ ...user, language }, rights.reaches),
    secondFactor: await describeSecondFactor(services, user, rights),
  };
}

/** Opens a session instead of the earlier one of the browser, and returns its token. */
async function open(
  db: Database,
  request: FastifyRequest,
  before: string | undefined,
  { user, proved, sessionEnds }: { readonly user: User; readonly proved: Proved; readonly sessionEnds: SessionEnds },
): Promise<string> {
  const closed = before === undefined ? null : await closeSession(db, before);
  const { id, token } = await openSession(db, user, proved, sessionEnds, request.headers['user-agent']);
  noteSession({ id, way: proved.by });
  await record(db, { actor: user.username, event: 'login', personId: user.id, deviceId: proved.device });
  if (closed !== null) {
    const { id: session, userId } = closed;
    await record(db, endOf(session, { userId, actor: user.username, reason: 'signed-in-again' }));
  }
  await endSurplus(db, user);
  return token;
}

/** Gives a session another token, and returns the token; null if another tab of the browser was faster, whose answer brings the token. */
async function renew(
  db: Database,
  before: string,
  session: LoginSession,
  proved: Proved,
  ends: SessionEnds,
): Promise<string | null> {
  const token = await renewSession(db, { session, token: before }, proved, ends);
  noteSession({ id: session.id, way: proved.by });
  const { username, id } = session.user;
  const event =
    session.secondFactor === 'needed' && proved.isTwoFactors === true ? 'login.second-factor' : 'login.renewed';
  await record(db, { actor: username, event, personId: id, deviceId: proved.device });
  return token;
}

/**
 * Ends the sessions of a person after the person's roles were changed (`endAfterRoleChange`), and gives the browser the new token if the roles are the
 * caller's own.
 *
 * @param db the transaction that changed the roles
 */
export async function afterRoleChange(
  db: Database,
  { origin, sessionEnds }: Pick<PortalServices, 'origin' | 'sessionEnds'>,
  { session, request, reply }: Pick<Call<'change-roles'>, 'session' | 'request' | 'reply'>,
  userId: string,
): Promise<void> {
  const name = cookieName(origin, 'session');
  const token = await endAfterRoleChange(db, { userId, session, token: request.cookies[name] ?? '' });
  if (token !== null) reply.setCookie(name, token, cookieOptions(origin, sessionEnds.lifetime));
}
