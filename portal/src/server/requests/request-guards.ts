import { isIP } from 'node:net';
import { isFromOwnPage } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { noteSession } from '../access.js';
import { findSession, type LoginSession } from '../accounts/sessions.js';
import { cookieName } from '../cookies.js';
import type { PortalServices } from '../services.js';
import type { Right } from '../rights.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set for a route that phones or providers use. A request for such a route needs no login, and need not come from a page of the portal. */
    readonly isFromElsewhere?: true;
    /** Set for a route that pages call by themselves. Its requests are no use of the session. */
    readonly isBackground?: true;
    /** Set for a route that completes a sign-in: a session that lacks its second factor may call it. */
    readonly isSecondStep?: true;
    /** Key of the route in `ROUTES`. */
    readonly address?: string;
  }
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses requests whose Host is not the portal's own name, `localhost` or an IP address. Without this check, a page of another site would count
 * as the portal's own as soon as the name of that site leads to the portal's address (DNS rebinding). The address of such a page always has a
 * domain name.
 */
export function requireOwnHost(app: FastifyInstance, origin: () => string): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const name = hostnameIn(`http://${request.headers.host ?? ''}`);
    const isOwn =
      name !== null &&
      (name === hostnameIn(origin()) || name === 'localhost' || isIP(name.replace(/^\[|\]$/g, '')) > 0);
    done(isOwn ? undefined : new CardwrightError('FORBIDDEN'));
  });
}

const hostnameIn = (url: string): string | null => (URL.canParse(url) ? new URL(url).hostname : null);

/**
 * Refuses requests with any method but GET, HEAD and OPTIONS that do not come from the portal's own pages. A route for phones or
 * providers accepts them from anywhere.
 */
export function requireSameOrigin(app: FastifyInstance, origin: () => string): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const isAllowed =
      SAFE_METHODS.has(request.method) ||
      request.routeOptions.config.isFromElsewhere === true ||
      isFromOwnPage(request.headers, origin());
    done(isAllowed ? undefined : new CardwrightError('FORBIDDEN'));
  });
}

/**
 * The services by which the session of a request and its user's password are judged: the database with the sessions, when they end, who needs a second
 * factor, the origin, on which the cookie's name depends, and the check of passwords.
 */
export type Sessions = Pick<
  PortalServices,
  'database' | 'origin' | 'sessionEnds' | 'secondFactor' | 'verifyPassword' | 'quotas'
>;

/** Returns the session of a request, in which the request then does everything; undefined if the sender is not logged in. */
export async function findRequestSession(
  { database, origin, sessionEnds, secondFactor }: Sessions,
  request: FastifyRequest,
): Promise<LoginSession | undefined> {
  const token = request.cookies[cookieName(origin, 'session')];
  if (token === undefined) return undefined;
  const isUse = request.routeOptions.config.isBackground !== true;
  const session = await findSession(database.db, token, { sessionEnds, secondFactor }, isUse);
  if (session) noteSession({ id: session.id, way: session.proof?.by ?? null });
  return session;
}

/**
 * Returns the session of a request. A sign-in that lacks its second factor counts as none, except for the routes that complete it. So pages that lead
 * to the sign-in page lead to its second step too.
 *
 * @param right the right that the user must have
 * @throws CardwrightError `LOGIN_REQUIRED` if the sender is not logged in; `FORBIDDEN` if the user does not have the right
 */
export async function requireRight(sessions: Sessions, request: FastifyRequest, right: Right): Promise<LoginSession> {
  const session = await findRequestSession(sessions, request);
  const isHalf = session?.secondFactor === 'needed' && request.routeOptions.config.isSecondStep !== true;
  if (!session || isHalf) throw new CardwrightError('LOGIN_REQUIRED', { fresh: false });
  if (!session.reaches.has(right)) throw new CardwrightError('FORBIDDEN');
  return session;
}
