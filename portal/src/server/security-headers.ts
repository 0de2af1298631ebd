import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import { errorAnswerOf } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isSecure } from './cookies.js';
import { explainError } from './http-errors.js';

/**
 * The content security policy. A page of the portal loads resources only from the portal (images also from `data:` addresses), and no other page
 * may show it in a frame.
 */
const POLICY = [
  "default-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "object-src 'none'",
  "img-src 'self' data:",
  // Lit's elements use constructed style sheets, for which 'self' is sufficient.
  "style-src 'self'",
].join('; ');

/** Beginnings of the paths of routes whose answers pages of any origin may load. */
const FOR_EVERYONE = ['/.well-known/', '/ca/'];

/** @param isForEveryone set if pages of any origin may load the answer */
const headersOf = (origin: string, isForEveryone: boolean) => ({
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': isForEveryone ? 'cross-origin' : 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  ...(isSecure(origin) ? { 'strict-transport-security': 'max-age=31536000; includeSubDomains' } : {}),
});

/**
 * Adds the security headers to every answer. Answers of the API and errors also get `cache-control: no-store`. The route decides on the headers,
 * not the path of the request, because the same path can be written in many ways.
 */
export function sendSecurityHeaders(app: FastifyInstance, origin: () => string): void {
  app.addHook('onSend', async (request, reply) => {
    const route = request.routeOptions.url ?? '/api/';
    reply.headers(
      headersOf(
        origin(),
        FOR_EVERYONE.some((prefix) => route.startsWith(prefix)),
      ),
    );
    if (route.startsWith('/api/') || reply.statusCode >= 400) reply.header('cache-control', 'no-store');
  });
  // Without this listener, Node.js itself would refuse a request whose `Expect` header is not `100-continue`, and its answer would lack these
  // headers.
  app.server.on('checkExpectation', (_request, response) => {
    response.writeHead(417, { ...refusalHeaders(origin()), 'content-length': 0 }).end();
  });
}

const refusalHeaders = (origin: string) => ({
  ...headersOf(origin, false),
  'cache-control': 'no-store',
  connection: 'close',
});

/** Answers requests that reach neither a route nor a hook, because their path cannot be decoded or has too long a part. */
export const answerBadPaths =
  (origin: () => string) =>
  (error: Error, _request: FastifyRequest, reply: FastifyReply): void => {
    const { status, body } = errorAnswerOf(explainError(error), 'en');
    void reply
      .code(status)
      .headers({ ...headersOf(origin(), false), 'cache-control': 'no-store' })
      .send(body);
  };

/** Statuses of the answers of `answerUnparsed`, by the code of the error that Node.js raised. For any other code the status is 400. */
const UNPARSED: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/** Answers bytes that are no HTTP request, headers that are too long, and requests that are not complete in time. */
export const answerUnparsed =
  (origin: () => string) =>
  (error: Error & { readonly code?: string }, socket: Socket): void => {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy();
      return;
    }
    const status = UNPARSED[error.code ?? ''] ?? 400;
    const body = JSON.stringify(errorAnswerOf(new CardwrightError('INVALID_MESSAGE'), 'en').body);
    const headers = {
      ...refusalHeaders(origin()),
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    };
    const lines = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
      '',
      body,
    ];
    socket.end(lines.join('\r\n'));
  };
