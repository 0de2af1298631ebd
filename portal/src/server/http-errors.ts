import { errorAnswerOf, negotiateLanguage } from '@cardwright/cms';
import { CardwrightError, asCardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseAway } from './store/database-away.js';

/**
 * Answers the errors of routes and hooks, and requests for unknown addresses, with an `errorAnswer` of the protocol. The routes for
 * phones set another handler (`phoneRoutes`).
 */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler(async (error, request, reply) => send(request, reply, explainError(error)));
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
    console.error('The database cannot be reached.');
    return new CardwrightError('CMS_UNREACHABLE', {}, { cause: error });
  }
  return asCardwrightError(error, (incident, defect) => {
    // The stack shows where the defect is. The message is left out, because the message of a database error may quote values.
    const where = defect instanceof Error ? `${defect.name}\n${stackWithoutMessage(defect)}` : typeof defect;
    console.error(`incident ${incident}: ${where}`);
  });
}

const PAYLOAD_TOO_LARGE = 413;

/** Returns the 4xx status (`statusCode`) that Fastify gave an error about a request. Returns undefined for any other error. */
function clientErrorOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined;
  return error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : undefined;
}

const stackWithoutMessage = ({ stack = '' }: Error): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
