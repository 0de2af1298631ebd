import { CardwrightError, isCardwrightError, validate } from '@cardwright/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type * as v from 'valibot';
import type { LoginSession } from '../accounts/sessions.js';
import { requireSession, type Sessions } from '../request-guards.js';
import { passwordCheckOf } from './password-check.js';
import { ROUTES } from './table.js';
import { entriesOf, type Route, type Who } from './table/route.js';

/** The session with which a handler is called, by the permitted caller. */
interface SessionOf {
  readonly anyone: null;
  readonly phone: null;
  readonly user: LoginSession;
  readonly operator: LoginSession;
}

/** A request that passed its checks. */
export interface Call<W extends Who> {
  readonly session: SessionOf[W];
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** Answers a route. Its input was validated, its caller is permitted, and the caller's password was checked if the route takes one. */
export type Handler<R extends Route> = (
  input: v.InferOutput<R['takes']>,
  call: Call<R['who']>,
) => Promise<v.InferOutput<R['answer']>>;

/** One handler for each route of a table. */
export type HandlersOf<T extends Readonly<Record<string, Route>>> = { readonly [A in keyof T]: Handler<T[A]> };

type Guards = { readonly [W in Who]: (sessions: Sessions, request: FastifyRequest) => Promise<SessionOf[W]> };

/** Checks of the callers. @throws CardwrightError `LOGIN_REQUIRED`, `FORBIDDEN` */
const GUARDS: Guards = {
  anyone: () => Promise.resolve(null),
  phone: () => Promise.resolve(null),
  user: (sessions, request) => requireSession(sessions, request),
  operator: (sessions, request) => requireSession(sessions, request, 'operator'),
};

/**
 * Serves the routes of a table. Checks the caller, validates the input, checks the password if the route takes one, and lets the
 * handler answer.
 *
 * @param app may have a prefix, with which the paths of the table begin
 */
export function serve<T extends Readonly<Record<string, Route>>>(
  app: FastifyInstance,
  sessions: Sessions,
  table: T,
  handlers: HandlersOf<T>,
): void {
  for (const address in table) serveRoute(app, sessions, address, table[address], handlers[address]);
}

function serveRoute<R extends Route>(
  app: FastifyInstance,
  sessions: Sessions,
  address: string,
  route: R,
  handler: Handler<R>,
): void {
  const [method = '', path = ''] = address.replace(app.prefix, '').split(' ');
  const { who, bodyLimit, isFile, withoutHead = false } = route;
  const guard = GUARDS[memberOf(route, 'who')];
  const takes = memberOf(route, 'takes');
  const checkPassword = passwordCheckOf(sessions, address, route);
  app.route({
    method,
    url: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `:${name}${wordsFor(name, takes)}`),
    exposeHeadRoute: method === 'GET' && !withoutHead,
    config: { address, ...(isFile ? { isFile } : {}), ...(who === 'phone' ? { isForPhones: true } : {}) },
    ...(bodyLimit === undefined
      ? {}
      : {
          bodyLimit,
          onRequest: async (request: FastifyRequest) => {
            await guard(sessions, request);
          },
        }),
    handler: async (request, reply) => {
      const session = await guard(sessions, request);
      const input = readInput(takes, request);
      await checkPassword(session, input, request);
      return handler(input, { session, request, reply });
    },
  });
}

/** Returns the router's pattern for a path parameter that stands for one of a few words; empty for any other parameter. */
function wordsFor(name: string, takes: v.GenericSchema): string {
  const schema = entriesOf(entriesOf(takes).parameters)[name];
  return schema && 'options' in schema && Array.isArray(schema.options) ? `(${schema.options.join('|')})` : '';
}

/** Returns a member with its type in this object. A plain access would give the type that all objects of the kind share. */
const memberOf = <O, K extends keyof O>(object: O, name: K): O[K] => object[name];

/**
 * Returns the validated input of a request. @throws CardwrightError `INVALID_PARAMS`, with a path that begins inside the part of the
 * request
 */
function readInput<S extends v.GenericSchema>(takes: S, request: FastifyRequest): v.InferOutput<S> {
  try {
    return validate(takes, { parameters: request.params, query: request.query, body: request.body });
  } catch (error) {
    if (!isCardwrightError(error, 'INVALID_PARAMS')) throw error;
    const { path, problem } = error.data;
    throw new CardwrightError('INVALID_PARAMS', { path: path.split('.').slice(1).join('.'), problem });
  }
}

/**
 * Refuses to register any route that is in no table.
 *
 * @throws Error from the code that registers such a route
 */
export function requireRows(app: FastifyInstance): void {
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      const address = `${one === 'HEAD' ? 'GET' : one} ${url.replaceAll(/:(\w+)(\([^)]*\))?/g, '{$1}')}`;
      if (!(address in ROUTES)) throw new Error(`${address} is in no table of routes`);
    }
  });
}
