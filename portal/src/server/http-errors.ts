import { errorAnswerOf, negotiateLanguage } from '@cardwright/cms';
import { CardwrightError, asCardwrightError } from '@cardwright/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isDatabaseAway } from './store/database-away.js';

/** Turns every unsuccessful answer into an `errorAnswer` of the protocol, with a code of its catalogue. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler(async (error, request, reply) => send(request, reply, explainError(error)));
  app.setNotFoundHandler(async (request, reply) => send(request, reply, new CardwrightError('METHOD_NOT_FOUND')));
}

async function send(request: FastifyRequest, reply: FastifyReply, error: CardwrightError): Promise<void> {
  const { status, headers, body } = errorAnswerOf(error, negotiateLanguage(request.headers['accept-language']));
  await reply.code(status).headers(headers).send(body);
}

/** Returns the error that a client is told. A defect is logged with an incident number. */
export function explainError(error: unknown): CardwrightError {
  // Fastify raises errors for a body that is too large, not JSON, or of another type.
  const status = clientErrorOf(error);
  if (status !== undefined)
    return new CardwrightError(status === PAYLOAD_TOO_LARGE ? 'MESSAGE_TOO_LARGE' : 'INVALID_MESSAGE');
  // An unreachable database is no defect, and nothing was stored. The sdk repeats the request until the database is back.
  if (isDatabaseAway(error)) {
    console.error('The database cannot be reached.');
    return new CardwrightError('CMS_UNREACHABLE', {}, { cause: error });
  }
  return asCardwrightError(error, (incident, defect) => {
    // The stack names the place. The message of a database error may quote values, so it is left out.
    const where = defect instanceof Error ? `${defect.name}\n${stackWithoutMessage(defect)}` : typeof defect;
    console.error(`incident ${incident}: ${where}`);
  });
}

const PAYLOAD_TOO_LARGE = 413;

/** Returns the 4xx status of an error that Fastify raised about a request; undefined for any other error. */
function clientErrorOf(error: unknown): number | undefined {
  if (!(error instanceof Error) || !('statusCode' in error) || typeof error.statusCode !== 'number') return undefined;
  return error.statusCode >= 400 && error.statusCode < 500 ? error.statusCode : undefined;
}

const stackWithoutMessage = ({ stack = '' }: Error): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
