import { isIP } from 'node:net';
import { isFromOwnPage } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { findSession, type LoginSession } from './accounts/sessions.js';
import { cookieName } from './cookies.js';
import type { PortalServices } from './services.js';
import type { Role, User } from './store/schema.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Set for a route that phones or providers use. A request for such a route needs no login, and need not come from a page of the portal. */
    readonly isFromElsewhere?: true;
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

/** The services by which the session of a request is found: the database with the sessions, and the origin, on which the cookie's name depends. */
export type Sessions = Pick<PortalServices, 'database' | 'origin'>;

async function findRequestSession(
  { database, origin }: Sessions,
  request: FastifyRequest,
): Promise<LoginSession | undefined> {
  const token = request.cookies[cookieName(origin, 'session')];
  return token === undefined ? undefined : findSession(database.db, token);
}

/** Returns the user who sent a request; undefined if the sender is not logged in. */
export const findUser = async (sessions: Sessions, request: FastifyRequest): Promise<User | undefined> =>
  (await findRequestSession(sessions, request))?.user;

/**
 * Returns the session of a request.
 *
 * @param role the role that the user must have; undefined for any role
 * @throws CardwrightError `LOGIN_REQUIRED` if the sender is not logged in; `FORBIDDEN` if the user has another role
 */
export async function requireSession(sessions: Sessions, request: FastifyRequest, role?: Role): Promise<LoginSession> {
  const session = await findRequestSession(sessions, request);
  if (!session) throw new CardwrightError('LOGIN_REQUIRED', { fresh: false });
  if (role !== undefined && session.user.role !== role) throw new CardwrightError('FORBIDDEN');
  return session;
}
