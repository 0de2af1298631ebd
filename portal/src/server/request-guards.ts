import { isFromOwnPage } from '@cardwright/cms';
import { CardwrightError, validate } from '@cardwright/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type * as v from 'valibot';
import { findSession, type Session } from './accounts/sessions.js';
import { cookieName } from './cookies.js';
import type { Services } from './services.js';
import type { Role, User } from './store/schema.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * An address for programs that are neither a browser nor logged in: what arrives there needs not come from a page, and means nothing
     * by who sends it.
     */
    readonly isForPhones?: true;
  }
}

const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Refuses requests that change something unless they come from the portal's own pages, or are for an address of phones. */
export function requireSameOrigin(app: FastifyInstance, origin: () => string): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const isAllowed =
      SAFE_METHODS.has(request.method) ||
      request.routeOptions.config.isForPhones === true ||
      isFromOwnPage(request.headers, origin());
    done(isAllowed ? undefined : new CardwrightError('FORBIDDEN'));
  });
}

async function findRequestSession({ store, origin }: Services, request: FastifyRequest): Promise<Session | undefined> {
  const token = request.cookies[cookieName(origin, 'session')];
  return token === undefined ? undefined : findSession(store.db, token);
}

/** The user who sent a request, if there is one. */
export const findUser = async (services: Services, request: FastifyRequest): Promise<User | undefined> =>
  (await findRequestSession(services, request))?.user;

/**
 * The session in which a request was sent.
 *
 * @throws CardwrightError `LOGIN_REQUIRED`
 */
export async function requireSession(services: Services, request: FastifyRequest): Promise<Session> {
  const session = await findRequestSession(services, request);
  if (!session) throw new CardwrightError('LOGIN_REQUIRED', { fresh: false });
  return session;
}

/**
 * The user who sent a request.
 *
 * @throws CardwrightError `LOGIN_REQUIRED`, or `FORBIDDEN` without the role
 */
export async function requireUser(services: Services, request: FastifyRequest, role?: Role): Promise<User> {
  const { user } = await requireSession(services, request);
  if (role !== undefined && user.role !== role) throw new CardwrightError('FORBIDDEN');
  return user;
}

/** The body of a request, validated. */
export const readBody = <S extends v.GenericSchema>(schema: S, request: FastifyRequest): v.InferOutput<S> =>
  validate(schema, request.body);
