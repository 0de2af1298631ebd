import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { EnrolmentStatus } from '@cardwright/protocol/mobile';
import { layDatabase, until } from '@cardwright/stage';
import { eq } from 'drizzle-orm';
import { mobileEnrolments } from '../../../../portal/src/server/store/schema.js';
import { certificateOf } from './support/enrolling.js';
import { MobileStage, ORIGIN } from './support/mobile-stage.js';
import { VISITOR } from './support/visitor.js';
import { newPhoneKey } from './support/test-phone.js';
import { thoroughIt } from '../../../support/thorough.js';

let folder: string;
let stage: MobileStage;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cardwright-enrolment-'));
  // The other files use PostgreSQL always.
  if (globalThis.runsEverything) layDatabase(folder);
  stage = await MobileStage.start(globalThis.runsEverything ? { folder: path.join(folder, 'database') } : undefined);
});
afterAll(async () => {
  await stage.close();
  await rm(folder, { recursive: true });
});

it('makes an active device of a confirmed phone, whose certificates are on hold until it shows that it has them', async () => {
  const enrolling = await stage.enrol();
  const { mobile, user, token, phone } = enrolling;
  expect(await enrolling.status).toMatchObject({
    state: 'waiting',
    phone: null,
    certificates: { ordered: 3, issued: 0 },
  });
  expect(await mobile.openLink(token, VISITOR)).toEqual({ kind: 'download', language: 'en' });
  expect(await enrolling.status).toMatchObject({ state: 'opened', lastRequest: { what: 'opened-link' } });
  await enrolling.identify();
  const { serial, version } = phone.facts;
  expect(await enrolling.status).toMatchObject({
    state: 'to-confirm',
    phone: { model: 'iPhone 16 Pro', serial, version },
  });

  const key = await newPhoneKey();
  expect(await enrolling.ask(key)).toEqual({ kind: 'pending' });
  expect(await mobile.registrar.poll(enrolling.id, key)).toEqual({ kind: 'pending' });
  expect(await stage.device(user)).toBeUndefined();
  expect(await enrolling.confirm()).toMatchObject({ state: 'enrolling' });
  const identity = certificateOf(await mobile.registrar.poll(enrolling.id, key));
  expect(await stage.device(user)).toMatchObject({ state: 'producing', model: 'ios', serial, proof: 'not-proved' });
  expect(await stage.listedFor(identity)).toBe('certificateHold');
  // A repeated request gets the same certificate.
  expect(certificateOf(await enrolling.ask(key))).toEqual(identity);
  await mobile.registrar.sent(enrolling.id, key.transactionId);
  expect(await enrolling.status).toMatchObject({ certificates: { ordered: 3, issued: 1 } });

  await enrolling.post(phone.ask(identity, key));
  expect(await enrolling.status).toMatchObject({ state: 'issued', lastRequest: { what: 'asked-for-configuration' } });
  expect(enrolling.challenges).toHaveLength(2);
  const certificates = [];
  for (const challenge of enrolling.challenges) {
    const one = await newPhoneKey();
    const certificate = certificateOf(await enrolling.ask(one, challenge));
    expect(await stage.listedFor(certificate)).toBe('certificateHold');
    expect(await stage.device(user)).toMatchObject({ state: 'producing' });
    await mobile.registrar.sent(enrolling.id, one.transactionId);
    certificates.push(certificate);
  }
  expect(await enrolling.status).toMatchObject({ state: 'sent', expiresAt: null, certificates: { issued: 3 } });
  expect(await stage.device(user)).toMatchObject({ state: 'pending' });
  for (const certificate of certificates) expect(await stage.listedFor(certificate)).toBe('certificateHold');
  await enrolling.press();
  expect(await enrolling.status).toMatchObject({ state: 'installed', expiresAt: null, certificates: { issued: 3 } });
  expect(await stage.device(user)).toMatchObject({ state: 'active', activatedAt: expect.any(Date) });
  for (const certificate of [identity, ...certificates]) expect(await stage.listedFor(certificate)).toBeUndefined();
  // Their contents are from the account.
  const [authentication] = certificates.map((der) => new X509Certificate(der));
  expect(authentication?.subjectAltName).toContain(`${user.username}@corp.example`);
  expect(authentication?.verify(new X509Certificate(stage.authority.certificate).publicKey)).toBe(true);
  const log = await stage.log(enrolling.id);
  expect(log.map(({ event }) => event)).toEqual([
    'mobile.enrolment-started',
    'mobile.link-opened',
    'mobile.profile-downloaded',
    'mobile.phone-identified',
    'mobile.phone-confirmed',
    'certificate.issued',
    'mobile.configuration-sent',
    'certificate.issued',
    'certificate.issued',
    'mobile.installed',
  ]);
});

it('keeps no secret but its hash, and logs none', async () => {
  const enrolling = await stage.enrol();
  const secrets = [enrolling.token];
  await enrolling.identify();
  secrets.push(enrolling.browser, enrolling.handover, enrolling.challenge);
  const configured = await stage.enrol();
  await configured.configure();
  secrets.push(configured.icon, ...configured.challenges);
  const { db } = stage.store;
  const kept = JSON.stringify([await db.query.mobileEnrolments.findMany(), await db.query.scepRequests.findMany()]);
  const log = await stage.wholeLog();
  for (const secret of secrets) {
    expect(secret).toMatch(/^[\w-]{32}$/);
    expect(kept).not.toContain(secret);
    expect(log).not.toContain(secret);
  }
});

it('starts with a link to the portal', async () => {
  const user = await stage.newUser();
  const { link } = await stage.mobile.start(user, {}, { address: '192.0.2.1', language: 'de' });
  expect(link).toMatch(new RegExp(`^${ORIGIN}/mobile/enrol/[\\w-]{32}$`));
});

describe('the watch of an enrolment', () => {
  it('yields each change at once, and ends with the enrolment', async () => {
    const enrolling = await stage.enrol();
    const { mobile, user, id, token } = enrolling;
    const course = mobile.watch(user, id, new AbortController().signal)[Symbol.asyncIterator]();
    const next = async (): Promise<EnrolmentStatus | undefined> => {
      const told = await course.next();
      return told.done === true ? undefined : told.value;
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

  thoroughIt('notices changes of another process, and ends by time', async () => {
    const enrolling = await stage.enrol();
    const { mobile, user, id } = enrolling;
    const states: string[] = [];
    const watched = (async () => {
      for await (const { state } of mobile.watch(user, id, new AbortController().signal)) states.push(state);
    })();
    await enrolling.status;
    await stage.store.db.update(mobileEnrolments).set({ state: 'opened' }).where(eq(mobileEnrolments.id, id));
    await until(() => states.includes('opened'), { what: 'the state that another process wrote' });
    stage.pass(16);
    await watched;
    expect(states).toEqual(['waiting', 'opened', 'failed']);
  });

  thoroughIt('leaves no timer behind when nobody listens any more', async () => {
    const enrolling = await stage.enrol();
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
    expect(clear.mock.calls.some(([cleared]) => cleared === timer)).toBe(true);
    jest.restoreAllMocks();
    // Aborted before it began, it yields nothing.
    expect(await mobile.watch(user, id, gone.signal)[Symbol.asyncIterator]().next()).toMatchObject({ done: true });
  });
});
