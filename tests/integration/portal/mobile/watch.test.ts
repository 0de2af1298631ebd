import { afterAll, beforeAll, expect, it, jest } from '@jest/globals';
import type { EnrolmentStatus } from '@cardwright/protocol';
import { eq } from 'drizzle-orm';
import { mobileEnrolments } from '../../../../portal/src/server/store/schema.js';
import { MobileStage, VISITOR } from './support/mobile-stage.js';
import { TestPhone } from './support/test-phone.js';

let stage: MobileStage;
let phone: TestPhone;
beforeAll(async () => {
  stage = await MobileStage.start();
  phone = await TestPhone.make();
});
afterAll(() => stage.close());

it('tells each change at once, and ends with the enrolment', async () => {
  const enrolling = await stage.enrol(undefined, phone);
  const { mobile, user, id, token } = enrolling;
  const course = mobile.watch(user, id, new AbortController().signal)[Symbol.asyncIterator]();
  const next = async (): Promise<EnrolmentStatus | undefined> => {
    const { value, done } = await course.next();
    return done === true ? undefined : value;
  };
  expect(await next()).toMatchObject({ state: 'waiting' });
  const opened = next();
  await mobile.openLink(token, VISITOR);
  expect(await opened).toMatchObject({ state: 'opened' });
  await enrolling.download();
  expect(await next()).toMatchObject({ state: 'downloaded' });
  await mobile.cancel(user, id);
  expect(await next()).toMatchObject({ state: 'cancelled' });
  expect(await next()).toBeUndefined();
});

it('sees what another process wrote, and what time has ended', async () => {
  const enrolling = await stage.enrol(undefined, phone);
  const { mobile, user, id } = enrolling;
  const states: string[] = [];
  const watched = (async () => {
    for await (const { state } of mobile.watch(user, id, new AbortController().signal)) states.push(state);
  })();
  await enrolling.status;
  await stage.store.db.update(mobileEnrolments).set({ state: 'opened' }).where(eq(mobileEnrolments.id, id));
  while (!states.includes('opened')) await new Promise((resolve) => setTimeout(resolve, 50));
  stage.pass(16);
  await watched;
  expect(states).toEqual(['waiting', 'opened', 'failed']);
});

it('leaves no timer behind when nobody listens any more', async () => {
  const enrolling = await stage.enrol(undefined, phone);
  const { mobile, user, id } = enrolling;
  const set = jest.spyOn(globalThis, 'setTimeout');
  const clear = jest.spyOn(globalThis, 'clearTimeout');
  const gone = new AbortController();
  const course = mobile.watch(user, id, gone.signal)[Symbol.asyncIterator]();
  await course.next();
  const waiting = course.next();
  while (set.mock.calls.every(([, delay]) => delay !== 1000)) await new Promise((resolve) => setImmediate(resolve));
  const timer: unknown = set.mock.results[set.mock.calls.findIndex(([, delay]) => delay === 1000)]?.value;
  gone.abort();
  expect(await waiting).toMatchObject({ done: true });
  expect(clear).toHaveBeenCalledWith(timer);
  jest.restoreAllMocks();
  // Aborted before it began, it tells nothing.
  expect(await mobile.watch(user, id, gone.signal)[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
});
