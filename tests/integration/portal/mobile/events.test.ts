import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, it, jest } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { enrolmentStatus, startedEnrolment, type EnrolmentStatus } from '@cardwright/protocol/mobile';
import { STREAMS_EACH } from '../../../../portal/src/server/routes/mobile/status-streams.js';
import { Browser } from '../support/test-portal.js';
import { startMobilePortal, type MobilePortal } from './fake-mobile.js';

let portal: MobilePortal;
let alice: Browser;
beforeAll(async () => {
  portal = await startMobilePortal();
  alice = await Browser.login(portal, 'alice');
});
afterAll(() => portal.remove());
afterEach(() => {
  portal.mobile.watchFails = undefined;
});

/** A page that follows an enrolment, on its own connection. */
class Follower {
  #text = '';

  private constructor(
    private readonly response: IncomingMessage,
    private readonly chunks: AsyncIterator<Buffer>,
  ) {}

  static async open(id: string, browser = alice): Promise<Follower> {
    const cookie = Array.from(browser.cookies, ([name, value]) => `${name}=${value}`).join('; ');
    const path = `/api/mobile/enrolments/${id}/events`;
    const request = get({ host: '127.0.0.1', port: portal.port, path, agent: false, headers: { cookie } });
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    return new Follower(response, response.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>);
  }

  get status() {
    return this.response.statusCode;
  }

  get headers() {
    return this.response.headers;
  }

  /** Returns the next event; undefined if the stream has ended. */
  async next(): Promise<EnrolmentStatus | undefined> {
    for (;;) {
      const end = this.#text.indexOf('\n\n');
      if (end >= 0) {
        const event = this.#text.slice(0, end);
        this.#text = this.#text.slice(end + 2);
        const [, data = ''] = /^event: status\ndata: (.*)$/.exec(event) ?? [];
        return validate(enrolmentStatus, JSON.parse(data));
      }
      const read = await this.chunks.next();
      if (read.done === true) return undefined;
      this.#text += read.value.toString('utf8');
    }
  }

  leave(): void {
    this.response.destroy();
  }
}

async function start(): Promise<string> {
  const { status } = validate(startedEnrolment, (await alice.post('/api/mobile/enrolments', {})).body);
  return status.enrolment;
}

/** The test's own time limit ends an endless wait. */
async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await setTimeout(5);
}
const untilNobodyWatches = () => until(() => portal.mobile.watching === 0);

it('sends the status at once, each change of it, and ends with the last', async () => {
  const id = await start();
  const page = await Follower.open(id);
  expect(page.headers).toMatchObject({
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
    'x-content-type-options': 'nosniff',
  });
  expect(await page.next()).toMatchObject({ enrolment: id, state: 'waiting' });
  portal.mobile.become(id, { state: 'opened' });
  expect(await page.next()).toMatchObject({ state: 'opened' });
  portal.mobile.become(id, { state: 'installed' });
  expect(await page.next()).toMatchObject({ state: 'installed' });
  expect(await page.next()).toBeUndefined();
  await untilNobodyWatches();
});

it('leaves nothing behind of pages that come and go', async () => {
  const id = await start();
  for (let index = 0; index < 20; index += 1) {
    const page = await Follower.open(id);
    expect(page.status).toBe(200);
    // Some leave before they have read anything.
    if (index % 2 === 0) await page.next();
    page.leave();
    await untilNobodyWatches();
  }
  expect(portal.mobile.changes.listenerCount(id)).toBe(0);
  const page = await Follower.open(id);
  portal.mobile.become(id, { state: 'opened' });
  expect(await page.next()).toMatchObject({ enrolment: id });
  page.leave();
  await untilNobodyWatches();
});

it('lets a user follow on a few pages, and another user meanwhile', async () => {
  const id = await start();
  const pages = await Promise.all(Array.from({ length: STREAMS_EACH }, () => Follower.open(id)));
  const refused = await Follower.open(id);
  expect(refused.status).toBe(429);
  expect(refused.headers['retry-after']).toBe('15');
  const olga = await Browser.login(portal, 'olga');
  const theirs = validate(startedEnrolment, (await olga.post('/api/mobile/enrolments', {})).body);
  const other = await Follower.open(theirs.status.enrolment, olga);
  expect(other.status).toBe(200);
  for (const page of [...pages, other]) page.leave();
  await untilNobodyWatches();
  const again = await Follower.open(id);
  expect(again.status).toBe(200);
  again.leave();
  await untilNobodyWatches();
});

it('ends a stream whose status cannot be read any more, and only logs the reason', async () => {
  const log = jest.spyOn(console, 'error').mockReturnValue();
  const id = await start();
  const page = await Follower.open(id);
  await page.next();
  portal.mobile.watchFails = new Error('swordfish');
  portal.mobile.become(id, { state: 'opened' });
  expect(await page.next()).toBeUndefined();
  expect(log.mock.calls.flat().join()).toMatch(/^Defect of the portal\. .*incident=/);
  expect(log.mock.calls.flat().join()).not.toContain('swordfish');
  log.mockRestore();
});

it('closes with a following page, which then gets nothing more', async () => {
  const page = await Follower.open(await start());
  await page.next();
  // It would wait for ever for an endless answer.
  await portal.close();
  expect(await page.next()).toBeUndefined();
});
