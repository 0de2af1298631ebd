import { CardwrightError, isCardwrightError, validate } from '@cardwright/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type * as v from 'valibot';
import type { LoginSession } from '../accounts/sessions.js';
import { requireRight, type Sessions } from '../requests/request-guards.js';
import { untilHandlersEnd } from '../requests/running-handlers.js';
import { freshCheckOf } from './fresh-check.js';
import { passwordCheckOf } from './password-check.js';
import { reachCheckOf } from './reach-check.js';
import { useCheckOf } from './use-check.js';
import { entriesOf, isOpen, requireWho, type Open, type Route, type Who } from './table/route.js';

/** Type of the session that a handler gets, by the permitted caller. */
type SessionOf<W extends Who> = W extends Open ? null : LoginSession;

/** A request that passed the checks of its route. */
export interface Call<W extends Who> {
  readonly session: SessionOf<W>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/**
 * Answers a request for a route. When a handler is called, the caller is permitted, the input is validated, and the proof of identity or the password
 * that the route wants is checked.
 */
export type Handler<R extends Route> = (
  input: v.InferOutput<R['takes']>,
  call: Call<R['who']>,
) => Promise<v.InferOutput<R['answer']>>;

/** One handler for each route of a table. */
export type HandlersOf<T extends Readonly<Record<string, Route>>> = { readonly [A in keyof T]: Handler<T[A]> };

/**
 * Checks the caller of a request, and returns the session that the handler gets.
 *
 * @throws CardwrightError `LOGIN_REQUIRED`, `FORBIDDEN`
 */
type Guard<W extends Who> = (sessions: Sessions, request: FastifyRequest) => Promise<SessionOf<W>>;

function guardOf<W extends Who>(who: W): Guard<W>;
function guardOf(who: Who): Guard<Who> {
  return isOpen(who) ? () => Promise.resolve(null) : (sessions, request) => requireRight(sessions, request, who);
}

/**
 * Serves the routes of a table. For each request, checks the caller and their quota, validates the input, checks that the caller's right reaches what the path names,
 * checks the fresh proof of identity or the password that the route wants, and lets the handler answer.
 *
 * @param app may have a prefix, which the paths of the table include
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
  const { bodyLimit, isFile, isBackground, isSecondStep, withoutHead = false } = route;
  const who = memberOf(route, 'who');
  const guard = guardOf(who);
  const takes = memberOf(route, 'takes');
  const checkUse = useCheckOf(sessions, route);
  const checkReach = reachCheckOf(sessions, address, who);
  const checkProof = freshCheckOf(sessions, address, route);
  const checkPassword = passwordCheckOf(sessions, route);
  const follow = untilHandlersEnd(app);
  app.route({
    method,
    url: path.replaceAll(/\{(\w+)\}/g, (_, name: string) => `:${name}${wordsFor(name, takes)}`),
    exposeHeadRoute: method === 'GET' && !withoutHead,
    config: {
      address,
      ...(isFile ? { isFile } : {}),
      ...(isBackground ? { isBackground } : {}),
      ...(isSecondStep ? { isSecondStep } : {}),
      ...(who === 'phone' || who === 'provider' ? { isFromElsewhere: true } : {}),
    },
    ...(bodyLimit === undefined
      ? {}
      : {
          bodyLimit,
          onRequest: async (request: FastifyRequest) => {
            await follow(guard(sessions, request));
          },
        }),
    handler: (request, reply) => follow(answer(request, reply)),
  });

  async function answer(request: FastifyRequest, reply: FastifyReply): Promise<v.InferOutput<R['answer']>> {
    const session = await guard(sessions, request);
    await checkUse(session);
    const input = readInput(takes, request);
    await checkReach(session, input);
    await checkProof(session, input);
    await checkPassword(session, input, request);
    return handler(input, { session, request, reply });
  }
}

/** Returns the router's pattern for a path parameter whose schema lists the permitted words. Returns an empty text for any other parameter. */
function wordsFor(name: string, takes: v.GenericSchema): string {
  const schema = entriesOf(entriesOf(takes).parameters)[name];
  return schema && 'options' in schema && Array.isArray(schema.options) ? `(${schema.options.join('|')})` : '';
}

/**
 * Returns a member with the type that the member has in this object. If the member of a generic object is read directly, the compiler knows only
 * the type that the constraint gives it.
 */
const memberOf = <O, K extends keyof O>(object: O, name: K): O[K] => object[name];

/**
 * Returns the validated input of a request.
 *
 * @throws CardwrightError `INVALID_PARAMS`, whose path leaves out `parameters`, `query` or `body` at its beginning
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
 * Lets the app register only routes that are in a table and say who may call them. A route that not everyone may call can only be registered by
 * `serve()`, which checks the callers. Registering any other route throws an Error.
 */
export function requireRows(app: FastifyInstance, table: Readonly<Record<string, Route>>): void {
  app.addHook('onRoute', ({ method, url, config }) => {
    for (const one of [method].flat()) {
      const address = `${one === 'HEAD' ? 'GET' : one} ${url.replaceAll(/:(\w+)(\([^)]*\))?/g, '{$1}')}`;
      const row = Object.hasOwn(table, address) ? table[address] : undefined;
      if (!row) throw new Error(`${address} is in no table of routes`);
      requireWho(address, row);
      if (!isOpen(row.who) && config?.address !== address) throw new Error(`${address} does not check its callers`);
    }
  });
}
