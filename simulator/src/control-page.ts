import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorCatalogue, describeError, isErrorCode } from '@cardwright/protocol';
import { inRepository } from '@cardwright/stage';
import { FAILURES } from './failures/index.js';
import { obey, readOrder } from './order.js';
import { CARDS, type Simulator } from './simulator.js';

const PAGE = inRepository('simulator', 'control-page.html');
const LONGEST_ORDER = 200;
const TOKEN_BYTES = 24;

/** The simulator's own page, on loopback alone. */
export interface ControlPage {
  /** Contains the token that its requests need. No other page of the browser knows it. */
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a page on which a click stages a failure. Orders are executed one after another. */
export async function openControlPage(simulator: Simulator): Promise<ControlPage> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  let queue: Promise<unknown> = Promise.resolve();
  const order = (line: string): Promise<string> => {
    const done = queue.then(() => obey(simulator, readOrder(line)));
    // The queue ignores the error, which the caller gets.
    queue = done.catch(() => undefined);
    return done;
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      send(response, 400, { problem: error instanceof Error ? error.message : 'unknown' });
    });
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // A page of another site cannot know the token, and cannot reach this server under a name of its own.
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const isOurs = request.headers.host === `127.0.0.1:${port(server)}` && same(searchParams.get('token') ?? '', token);
    if (!isOurs) send(response, 403, { problem: 'Open the address that the simulator printed.' });
    else if (request.method === 'GET' && pathname === '/') sendPage(response);
    else if (request.method === 'GET' && pathname === '/state') send(response, 200, state(simulator));
    else if (request.method === 'POST' && pathname === '/order') {
      const says = await order(await textOf(request));
      send(response, 200, { says, ...state(simulator) });
    } else send(response, 404, { problem: 'There is no such address.' });
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${port(server)}/?token=${token}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

const state = (simulator: Simulator) => ({
  ...simulator.standing,
  cards: CARDS,
  failures: FAILURES.map(({ name, title, code, then }) => ({ name, title, code, then })),
  codes: Object.keys(errorCatalogue)
    .filter(isErrorCode)
    .map((code) => ({ code, message: describeError(code).message })),
});

function port(server: ReturnType<typeof createServer>): number {
  const address: AddressInfo | string | null = server.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

async function textOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) {
    text += String(chunk);
    if (text.length > LONGEST_ORDER) throw new RangeError('that is no order');
  }
  return text;
}

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify(body));
}

function sendPage(response: ServerResponse): void {
  response.writeHead(200, {
    'content-type': 'text/html; charset=utf-8',
    'cache-control': 'no-store',
    'referrer-policy': 'no-referrer',
    'content-security-policy':
      "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'",
  });
  response.end(readFileSync(PAGE));
}
