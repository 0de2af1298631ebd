import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { endSessions, type EndReason, type Ending } from '../accounts/session-ends.js';
import { listSessions, type LoginSession } from '../accounts/sessions.js';
import { grantsOf } from '../accounts/roles.js';
import { cookieName } from '../cookies.js';
import type { PortalServices } from '../services.js';
import { reachesOf } from '../rights.js';
import { listOwnAccess } from '../store/audit-list.js';
import { serve } from './serve.js';
import { ACCOUNT_ROUTES, PERSON_SESSION_ROUTES, type ShownSession } from './table/account.js';

const ACCESS_PAGE = 50;

/** The person whose sessions end, which of them, and who ends them in which session. */
interface EndRequest extends Pick<Ending, 'userId' | 'which'> {
  readonly session: LoginSession;
  readonly reason: EndReason;
  readonly reply: FastifyReply;
}

/** Serves the lists of sessions (`ACCOUNT_ROUTES`, `PERSON_SESSION_ROUTES`). */
export function accountRoutes(app: FastifyInstance, services: PortalServices): void {
  const { database, sessionEnds } = services;

  const list = async (
    userId: string,
    { id }: LoginSession,
  ): Promise<{ readonly sessions: readonly ShownSession[] }> => {
    const found = await listSessions(database.db, userId, sessionEnds);
    return { sessions: found.map((one) => ({ ...one, isThis: one.id === id })) };
  };

  /** Ends sessions, and lists those that are left. If the session of the request ends, the browser forgets its cookie. */
  const end = async ({ userId, which, session, reason, reply }: EndRequest) => {
    await endSessions(database.db, { userId, actor: session.user.username, reason, ...(which && { which }) });
    const left = await list(userId, session);
    const isOwn = userId === session.user.id;
    if (isOwn && !left.sessions.some(({ isThis }) => isThis))
      reply.clearCookie(cookieName(services.origin, 'session'), { path: '/' });
    return left;
  };

  serve(app, services, ACCOUNT_ROUTES, {
    'GET /api/account/sessions': (_input, { session }) => list(session.user.id, session),

    'POST /api/account/sessions/{id}/end': ({ parameters: { id } }, { session, reply }) =>
      end({ userId: session.user.id, which: { only: id }, session, reason: 'ended-by-user', reply }),

    'POST /api/account/sessions/end': ({ body: { which } }, { session, reply }) =>
      end({
        userId: session.user.id,
        which: which === 'others' ? { except: session.id } : {},
        session,
        reason: 'ended-by-user',
        reply,
      }),

    'GET /api/account/access': ({ query: { before } }, { session }) =>
      listOwnAccess(database.db, session, ACCESS_PAGE, before),
  });

  /** Whoever works for a group does not end the sessions of someone whose roles are for everybody. */
  const endOf = async ({ session, ...request }: EndRequest) => {
    const isForGroup = session.reaches.get('end-sessions') !== null;
    if (isForGroup && reachesOf(await grantsOf(database.db, request.userId)).has('change-roles'))
      throw new CardwrightError('FORBIDDEN');
    return end({ session, ...request });
  };

  serve(app, services, PERSON_SESSION_ROUTES, {
    'GET /api/operator/people/{id}/sessions': ({ parameters: { id } }, { session }) => list(id, session),

    'POST /api/operator/people/{id}/sessions/{session}/end': ({ parameters }, { session, reply }) =>
      endOf({
        userId: parameters.id,
        which: { only: parameters.session },
        session,
        reason: 'ended-by-operator',
        reply,
      }),

    'POST /api/operator/people/{id}/sessions/end': ({ parameters: { id } }, { session, reply }) =>
      endOf({ userId: id, session, reason: 'ended-by-operator', reply }),
  });
}
