import { CardwrightError, asCardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { chooseLanguage } from './language.js';
import { RateLimited } from './rate-limited.js';
import { wireErrorIn } from './reasons.js';

/** HTTP status of the codes that the portal gives; all others are 409: the request was right, the situation was not. */
const STATUS: Partial<Readonly<Record<ErrorCode, number>>> = {
  INVALID_MESSAGE: 400,
  INVALID_PARAMS: 400,
  LOGIN_REQUIRED: 401,
  FORBIDDEN: 403,
  PASSWORD_INCORRECT: 403,
  METHOD_NOT_FOUND: 404,
  OPERATION_NOT_FOUND: 404,
  RATE_LIMITED: 429,
  INTERNAL: 500,
  CA_UNAVAILABLE: 503,
};
const OTHERWISE = 409;

/** Makes every answer that is not a success an `errorAnswer` of the protocol, with a code of its catalogue. */
export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler(async (error, request, reply) => send(request, reply, translate(error)));
  app.setNotFoundHandler(async (request, reply) => send(request, reply, new CardwrightError('METHOD_NOT_FOUND')));
}

async function send({ headers }: FastifyRequest, reply: FastifyReply, error: CardwrightError): Promise<void> {
  if (error instanceof RateLimited) reply.header('retry-after', error.retryAfter);
  const language = chooseLanguage(headers['accept-language']);
  await reply.code(STATUS[error.code] ?? OTHERWISE).send({ error: wireErrorIn(language, error) });
}

function translate(error: unknown): CardwrightError {
  // Fastify's own errors: a body that is too large, no JSON, or of another type.
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
