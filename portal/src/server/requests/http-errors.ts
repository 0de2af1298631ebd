import { errorAnswerOf, negotiateLanguage } from '@cardwright/cms';
import { CardwrightError, asCardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { withinRequest } from './follow-requests.js';
import { log, type LogFacts } from '../log/log.js';
import { isDatabaseAway } from '../store/database-away.js';

/**
 * Answers the errors of routes and hooks, and requests for unknown addresses, with an `errorAnswer` of the protocol. The routes for
 * phones set another handler (`phoneRoutes`).
 */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler(async (error, request, reply) =>
    send(
      request,
      reply,
      withinRequest(request, () => explainError(error)),
    ),
  );
  app.setNotFoundHandler(async (request, reply) => send(request, reply, new CardwrightError('METHOD_NOT_FOUND')));
}

const failures = new WeakMap<FastifyRequest, ErrorCode>();

/** Returns the code of the error that a request was answered with; undefined if it was answered without one. */
export const failureOf = (request: FastifyRequest): ErrorCode | undefined => failures.get(request);

async function send(request: FastifyRequest, reply: FastifyReply, error: CardwrightError): Promise<void> {
  failures.set(request, error.code);
  const { status, headers, body } = errorAnswerOf(error, negotiateLanguage(request.headers['accept-language']));
  await reply.code(status).headers(headers).send(body);
}

/** Returns the error that a client is told. Logs a defect with an incident number, and logs if the database cannot be reached. */
export function explainError(error: unknown): CardwrightError {
  // Fastify itself raises errors with a 4xx status, for example for a body that is too large or of another media type. Such an error is the
  // client's fault, so it is not logged as a defect.
  const status = clientErrorOf(error);
  if (status !== undefined)
    return new CardwrightError(status === PAYLOAD_TOO_LARGE ? 'MESSAGE_TOO_LARGE' : 'INVALID_MESSAGE');
  // An unreachable database is no defect, so it gets no incident number. The sdk repeats such a request for a while (`sendUntilAnswered`).
  if (isDatabaseAway(error)) {
    log.error('The database cannot be reached.');
    return new CardwrightError('CMS_UNREACHABLE', {}, { cause: error });
  }
  return asCardwrightError(error, (incident, defect) => {
    log.error('Defect of the portal.', { incident, ...placeOf(defect) });
  });
}

const PAYLOAD_TOO_LARGE = 413;

/** Returns the 4xx status (`statusCode`) that Fastify gave an error about a request. Returns undefined for any other error. */
function clientErrorOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined;
  return error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : undefined;
}

/**
 * Says where a defect is. The message is left out, also from the stack, which begins with it: the message of a database error quotes values, with any
 * lines in them.
 */
function placeOf(defect: unknown): Pick<LogFacts, 'error' | 'stack'> {
  if (!(defect instanceof Error)) return { error: typeof defect };
  const { name, message, stack = '' } = defect;
  const start = stack.indexOf(message);
  // A message that was changed since is somewhere in the stack: then no line of it is sure to be a place.
  const lines = start < 0 ? [] : stack.slice(start + message.length).split('\n');
  return { error: name, stack: lines.map((line) => line.trim()).filter((line) => line.startsWith('at ')) };
}
