import { chooseLanguage, errorAnswerOf } from '@cardwright/cms';
import { CardwrightError, asCardwrightError } from '@cardwright/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Makes every answer that is not a success an `errorAnswer` of the protocol, with a code of its catalogue. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler(async (error, request, reply) => send(request, reply, translate(error)));
  app.setNotFoundHandler(async (request, reply) => send(request, reply, new CardwrightError('METHOD_NOT_FOUND')));
}

async function send(request: FastifyRequest, reply: FastifyReply, error: CardwrightError): Promise<void> {
  const { status, headers, body } = errorAnswerOf(error, chooseLanguage(request.headers['accept-language']));
  await reply.code(status).headers(headers).send(body);
}

function translate(error: unknown): CardwrightError {
  // Fastify's own errors: a body that is too large, not JSON, or of another type.
  if (isClientError(error)) return new CardwrightError('INVALID_MESSAGE');
  return asCardwrightError(error, (incident, defect) => {
    // The stack says where. The message of a database error may quote values, so it stays out.
    const where = defect instanceof Error ? `${defect.name}\n${stackWithoutMessage(defect)}` : typeof defect;
    console.error(`incident ${incident}: ${where}`);
  });
}

const isClientError = (error: unknown): boolean =>
  typeof error === 'object' &&
  error !== null &&
  'statusCode' in error &&
  typeof error.statusCode === 'number' &&
  error.statusCode >= 400 &&
  error.statusCode < 500;

const stackWithoutMessage = ({ stack = '' }: Error): string =>
  stack
    .split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n');
