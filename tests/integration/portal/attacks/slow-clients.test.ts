import { once } from 'node:events';
import { Server } from 'node:http';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import * as v from 'valibot';
import { startTestPortal, type TestPortal } from '../support/test-portal.js';

/** Clients that hold connections: they send slowly or not at all, read nothing, and never close their half. */

/** Shorter times than the portal's, in milliseconds. */
const TIMES = { requestTimeout: 500, headersTimeout: 500, connectionsCheckingInterval: 50 };
/** Milliseconds after which nothing may be held: the times above, a second to read the answer, and room for a slow computer. */
const BOUND = 120_000;
const HELD = 100;

let portal: TestPortal;
let server: Server;
beforeAll(async () => {
  const listening = jest.spyOn(Server.prototype, 'listen');
  listening.mockImplementationOnce((...args: unknown[]) => {
    server = v.parse(v.instance(Server), listening.mock.contexts[0]);
    listening.mockRestore();
    const listen = v.parse(v.function(), Reflect.get(Object.assign(server, TIMES), 'listen'));
    return v.parse(v.instance(Server), Reflect.apply(listen, server, args));
  });
  portal = await startTestPortal({ CARDWRIGHT_ORIGIN: 'https://cms.example.com' });
});
afterAll(() => portal.remove());

const sockets: Socket[] = [];
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});

async function hold(bytes: string): Promise<Socket> {
  const socket = connect({ port: portal.port, host: '127.0.0.1', allowHalfOpen: true });
  sockets.push(socket);
  // The portal may reset a connection whose client sends on.
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  socket.write(bytes);
  return socket;
}

const held = (): Promise<number> =>
  new Promise((resolve, reject) => {
    server.getConnections((error, count) => (error ? reject(error) : resolve(count)));
  });

/** Returns what comes until the portal closes its half. The client's half stays open. */
async function answerOn(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await once(socket, 'end');
  return Buffer.concat(chunks).toString('latin1');
}

/** Waits until no connection is held, and returns how many still are when the time is over. */
async function heldAfter(bound: number): Promise<number> {
  const end = Date.now() + bound;
  while (Date.now() < end && (await held()) > 0) await delay(50);
  return held();
}

const HEADERS = 'host: cms.example.com\r\norigin: https://cms.example.com\r\ncontent-type: application/json\r\n';
const SLOW: Readonly<Record<string, readonly [bytes: string, answer: RegExp]>> = {
  'nothing at all': ['', /^HTTP\/1\.1 408 /],
  'half of its headers': [`POST /api/session HTTP/1.1\r\n${HEADERS}`, /^HTTP\/1\.1 408 /],
  'half of a body': [`POST /api/session HTTP/1.1\r\n${HEADERS}content-length: 200\r\n\r\n{"user`, /^HTTP\/1\.1 408 /],
  'no request': ['nonsense\r\n\r\n', /^HTTP\/1\.1 400 /],
};

it.each(Object.entries(SLOW))('holds nothing for a client that sends %s', async (_, [bytes, answer]) => {
  const clients = await Promise.all(Array.from({ length: HELD }, () => hold(bytes)));
  const answers = clients.map(answerOn);
  for (const one of await Promise.all(answers)) expect(one).toMatch(answer);
  expect(clients.every((socket) => socket.writable)).toBe(true);
  expect(await heldAfter(BOUND)).toBe(0);
});

it('holds nothing for a client that reads none of its answers', async () => {
  expect(server.timeout).toBeGreaterThan(0);
  const asks = `GET /login HTTP/1.1\r\n${HEADERS}\r\n`.repeat(5000);
  server.timeout = 1000;
  await Promise.all([hold(asks), hold(asks)]);
  expect(await heldAfter(BOUND)).toBe(0);
});
