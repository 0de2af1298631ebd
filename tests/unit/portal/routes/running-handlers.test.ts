import { EventEmitter, once } from 'node:events';
import { get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from '@jest/globals';
import fastify, { type FastifyInstance } from 'fastify';
import { untilHandlersEnd } from '../../../../portal/src/server/requests/running-handlers.js';

let app: FastifyInstance;
const happened: string[] = [];
afterEach(() => {
  happened.length = 0;
});

/** Starts an app with a handler that waits. @returns what lets it go on, and what its client has asked */
async function startHeld(outcome: () => unknown) {
  app = fastify();
  const follow = untilHandlersEnd(app);
  const steps = new EventEmitter();
  app.get('/', () => {
    const released = once(steps, 'released');
    steps.emit('begun');
    return follow(
      released.then(() => {
        happened.push('handled');
        return outcome();
      }),
    );
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  const begun = once(steps, 'begun');
  const request = get({ host: '127.0.0.1', port, agent: false }).on('error', () => undefined);
  await begun;
  return { release: () => steps.emit('released'), request };
}

it.each([
  ['answers', () => 'done'],
  [
    'fails',
    () => {
      throw new Error('as the test wants');
    },
  ],
])('closes an app after a handler whose client has gone, also if it %s', async (_, outcome) => {
  const { release, request } = await startHeld(outcome);
  const ended = once(app.server, 'close');
  request.destroy();
  const closed = app.close().then(() => happened.push('closed'));
  // Nothing else keeps the app open: its only connection has ended.
  await ended;
  await new Promise(setImmediate);
  expect(happened).toEqual([]);
  release();
  await closed;
  expect(happened).toEqual(['handled', 'closed']);
});
