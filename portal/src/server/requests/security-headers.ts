import { IncomingMessage, ServerResponse, STATUS_CODES, type OutgoingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import { errorAnswerOf } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import helmet from 'helmet';
import { isSecure } from '../cookies.js';
import { withinRequest } from './follow-requests.js';
import { explainError } from './http-errors.js';
import { log } from '../log/log.js';
import { newRequestId, REQUEST_ID_HEADER } from './request-ids.js';

/**
 * The content security policy. A page of the portal loads resources only from the portal (images also from `data:` addresses), and no other page
 * may show it in a frame.
 */
const DIRECTIVES = {
  'default-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'self'"],
  'frame-ancestors': ["'none'"],
  'object-src': ["'none'"],
  'img-src': ["'self'", 'data:'],
  // Lit's elements use constructed style sheets, for which 'self' is sufficient.
  'style-src': ["'self'"],
};

/** The features of a browser that no page of the portal needs. Helmet has no such header. */
const PERMISSIONS_POLICY = 'camera=(), geolocation=(), microphone=(), payment=(), usb=()';

/** In seconds: a year. */
const HSTS_LIFETIME = 365 * 24 * 60 * 60;

/** Beginnings of the paths of routes whose answers pages of any origin may load. */
const FOR_EVERYONE = ['/.well-known/', '/ca/'];

/**
 * Makes the security headers of answers. Helmet writes them into an answer that is never sent, because Node.js itself sends some of the portal's
 * answers, and no middleware runs for them.
 */
function makeHeaders(isOnHttps: boolean, isForEveryone: boolean): OutgoingHttpHeaders {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  const setHeaders = helmet({
    contentSecurityPolicy: { useDefaults: false, directives: DIRECTIVES },
    crossOriginResourcePolicy: { policy: isForEveryone ? 'cross-origin' : 'same-origin' },
    strictTransportSecurity: isOnHttps && { maxAge: HSTS_LIFETIME, includeSubDomains: true },
    xFrameOptions: { action: 'deny' },
  });
  setHeaders(request, response, (error) => {
    if (error instanceof Error) throw error;
  });
  return { ...response.getHeaders(), 'permissions-policy': PERMISSIONS_POLICY };
}

const makeBoth = (isOnHttps: boolean) => ({
  own: makeHeaders(isOnHttps, false),
  everyone: makeHeaders(isOnHttps, true),
});
const HEADERS = { https: makeBoth(true), http: makeBoth(false) };

/** @param isForEveryone set if pages of any origin may load the answer */
const headersOf = (origin: string, isForEveryone: boolean): OutgoingHttpHeaders =>
  HEADERS[isSecure(origin) ? 'https' : 'http'][isForEveryone ? 'everyone' : 'own'];

/**
 * Adds the security headers to every answer. Answers of the API and errors also get `cache-control: no-store`. The route decides on the headers,
 * not the path of the request, because the same path can be written in many ways.
 */
export function sendSecurityHeaders(app: FastifyInstance, origin: () => string): void {
  app.addHook('onSend', (request, reply, payload, done) => {
    const route = request.routeOptions.url ?? '/api/';
    reply.headers(
      headersOf(
        origin(),
        FOR_EVERYONE.some((prefix) => route.startsWith(prefix)),
      ),
    );
    if (route.startsWith('/api/') || reply.statusCode >= 400) reply.header('cache-control', 'no-store');
    done(null, payload);
  });
  // Without this listener, Node.js itself would refuse a request whose `Expect` header is not `100-continue`, and its answer would lack these
  // headers.
  app.server.on('checkExpectation', (_request, response) => {
    response.writeHead(417, { ...refusalHeaders(origin(), tellRefused(417)), 'content-length': 0 }).end();
  });
}

/** Logs that something was refused that is no well-formed request, of which anyone can send many. Returns its id. */
function tellRefused(status: number, requestId = newRequestId()): string {
  log.debug('Request refused: it is not well-formed.', { requestId, status });
  return requestId;
}

const refusalHeaders = (origin: string, requestId: string) => ({
  ...headersOf(origin, false),
  [REQUEST_ID_HEADER]: requestId,
  'cache-control': 'no-store',
  connection: 'close',
});

/** Answers requests that reach neither a route nor a hook, because their path cannot be decoded or has too long a part. */
export const answerBadPaths =
  (origin: () => string) =>
  (error: Error, request: FastifyRequest, reply: FastifyReply): void => {
    const { status, body } = withinRequest(request, () => errorAnswerOf(explainError(error), 'en'));
    void reply
      .code(status)
      .headers({
        ...headersOf(origin(), false),
        [REQUEST_ID_HEADER]: tellRefused(status, request.id),
        'cache-control': 'no-store',
      })
      .send(body);
  };

/** Statuses of the answers of `answerUnparsed`, by the code of the error that Node.js raised. For any other code the status is 400. */
const UNPARSED: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/** Milliseconds for which a client may read the answer to what was no request, before its connection is destroyed. */
const LINGER = 1000;

/**
 * Answers bytes that are no HTTP request, headers that are too long, and requests that are not complete in time. The connection is closed then, whether
 * or not the client closes its half: one that does not would hold a descriptor for as long as it likes.
 */
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
      ...refusalHeaders(origin(), tellRefused(status)),
      'content-type': 'application/json; charset=utf-8',
      'content-length': Buffer.byteLength(body),
    };
    const lines = [
      `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
      ...Object.entries(headers).map(([name, value]) => `${name}: ${String(value)}`),
      '',
      body,
    ];
    socket.end(lines.join('\r\n'));
    // At once would be too soon: while bytes of the client are unread, the system discards what was sent with the connection.
    const end = setTimeout(() => socket.destroy(), LINGER).unref();
    socket.once('close', () => clearTimeout(end));
  };
