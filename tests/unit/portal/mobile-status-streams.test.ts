import { once } from 'node:events';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from '@jest/globals';
import type { EnrolmentStatus } from '@cardwright/protocol/mobile';
import { STREAMS_EACH, StatusStreams } from '../../../portal/src/server/routes/mobile/status-streams.js';

const WAITING: EnrolmentStatus = {
  enrolment: '6f6b2c1e-7d0c-4a44-9d3c-0c8f3f9c2b11',
  state: 'waiting',
  expiresAt: null,
  phone: null,
  certificates: { ordered: 0, issued: 0 },
  lastRequest: null,
  failure: null,
};
const EVENT = `event: status\ndata: ${JSON.stringify(WAITING)}\n\n`;

/** Yields one status, and then none until it is no longer watched. */
async function* watch(signal: AbortSignal): AsyncIterable<EnrolmentStatus> {
  yield WAITING;
  if (!signal.aborted) await once(signal, 'abort');
}

const alice = (isThere = () => Promise.resolve(true)) => ({ userId: 'alice', isThere });

async function readAll(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

it('sends signs of life, so that no proxy cuts it', async () => {
  const streams = new StatusStreams(10);
  const stream = await streams.open(alice(), watch, new AbortController().signal);
  await setTimeout(100);
  streams.close();
  const [first, second] = (await readAll(stream)).split(': keep-alive\n\n');
  expect([first, second]).toEqual([EVENT, '']);
  expect(streams.count).toBe(0);
});

it('ends once its reader has logged out, and not because the database is down', async () => {
  const streams = new StatusStreams(10);
  let looks = 0;
  const isThere = () => {
    looks += 1;
    return looks === 1 ? Promise.reject(new Error('away')) : Promise.resolve(looks < 4);
  };
  const stream = await streams.open(alice(isThere), watch, new AbortController().signal);
  expect(await readAll(stream)).toContain(EVENT);
  expect(looks).toBe(4);
});

it('keeps no place for a reader who has left, even before the first status', async () => {
  const streams = new StatusStreams();
  for (let index = 0; index < STREAMS_EACH * 2; index += 1) {
    const leaving = new AbortController();
    if (index % 2 === 0) leaving.abort();
    const stream = await streams.open(alice(), watch, leaving.signal);
    leaving.abort();
    await readAll(stream);
  }
  expect(streams.count).toBe(0);
});

it('keeps no place for an enrolment that cannot be followed', async () => {
  const streams = new StatusStreams();
  const refuse = () => {
    throw new Error('no such enrolment');
  };
  for (let index = 0; index <= STREAMS_EACH; index += 1)
    await expect(streams.open(alice(), refuse, new AbortController().signal)).rejects.toThrow('no such enrolment');
  expect(streams.count).toBe(0);
});
