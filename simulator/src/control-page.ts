import { randomBytes, timingSafeEqual } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { errorCatalogue, describeError, isErrorCode, validate } from '@cardwright/protocol';
import { inRepository } from '@cardwright/stage';
import * as v from 'valibot';
import { CARDS } from './card-readers.js';
import { FAILURES } from './failures/index.js';
import { obey } from './order-line.js';
import type { Simulator } from './simulator.js';

const PAGE = inRepository('simulator', 'control-page.html');
const LONGEST_ORDER = 1_000;
const givenOrder = v.strictObject({ order: v.string() });
const TOKEN_BYTES = 24;

/** The simulator's own page, which only this computer can open (loopback). */
export interface ControlPage {
  /** The page's address, with a token that the page's requests need and that no other page of the browser knows. */
  readonly url: string;
  close(): Promise<void>;
}

/** Starts a server for the control page, on which a click gives an order, such as to stage a failure. */
export async function openControlPage(simulator: Simulator): Promise<ControlPage> {
  const token = randomBytes(TOKEN_BYTES).toString('base64url');
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      // The engine's own message about broken JSON would quote the order.
      const isQuoting = error instanceof SyntaxError || !(error instanceof Error);
      send(response, 400, { problem: isQuoting ? 'This is no order.' : error.message });
    });
  });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    // Three checks keep out pages of other sites: they do not know the token, their requests have another Host header, and they cannot send JSON
    // without permission (CORS).
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://localhost');
    const isOurs = request.headers.host === `127.0.0.1:${port(server)}` && same(searchParams.get('token') ?? '', token);
    if (!isOurs) send(response, 403, { problem: 'Open the address that the simulator printed.' });
    else if (request.method === 'GET' && pathname === '/') sendPage(response);
    else if (request.method === 'GET' && pathname === '/state') send(response, 200, state(simulator));
    else if (request.method === 'POST' && pathname === '/order') {
      if (request.headers['content-type'] !== 'application/json') send(response, 415, { problem: 'An order is JSON.' });
      else {
        const { order } = validate(givenOrder, JSON.parse(await textOf(request)));
        const { says } = await obey(simulator, order);
        send(response, 200, { says, ...state(simulator) });
      }
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

const state = ({ standing: { card, cards, failure } }: Simulator) => ({
  card,
  cards,
  failure,
  kinds: CARDS,
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
    if (text.length > LONGEST_ORDER) throw new RangeError('this order is too long');
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
