import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { eq } from 'drizzle-orm';
import { devices } from '../../../../portal/src/server/store/schema.js';
import { certificateOf } from './support/enrolling.js';
import { MobileStage } from './support/mobile-stage.js';
import { VISITOR } from './support/visitor.js';
import { newPhoneKey, TestPhone } from './support/test-phone.js';

/** PostgreSQL runs transactions concurrently, where the embedded database runs them one after another. */
let stage: MobileStage;
beforeAll(async () => {
  stage = await MobileStage.start();
});
afterAll(() => stage.close());

it('lets no phone, browser, challenge or user do twice at once what may be done only once', async () => {
  const user = await stage.newUser();
  await Promise.all([1, 2, 3].map(() => stage.mobile.start(user, {}, { address: '192.0.2.1', language: 'en' })));
  expect(stage.orders.map(({ slot }) => slot)).toEqual(['registration-authority']);
  const enrolling = await stage.enrol(user);
  const { mobile, token, id } = enrolling;
  const claims = await Promise.all([1, 2, 3].map(() => mobile.claim(token, VISITOR)));
  const [taken, ...others] = claims.filter((one) => one !== undefined);
  expect(others).toEqual([]);
  const fetched = await Promise.all([1, 2, 3].map(() => mobile.download(token, taken?.handover ?? '', VISITOR)));
  expect(fetched.filter((one) => one !== undefined)).toHaveLength(1);
  enrolling.browser = taken?.browser ?? '';
  await enrolling.identify();
  const thief = await newPhoneKey();
  const key = await newPhoneKey();
  const asked = await Promise.all([key, thief].map((one) => enrolling.ask(one)));
  expect(asked.map(({ kind }) => kind).sort()).toEqual(['pending', 'refused']);
  await Promise.all([1, 2, 3].map(() => enrolling.confirm()));
  expect(await stage.store.db.select().from(devices).where(eq(devices.ownerId, user.id))).toHaveLength(1);
  const used = asked[0]?.kind === 'pending' ? key : thief;
  const issued = await Promise.all([1, 2, 3].map(() => mobile.registrar.poll(id, used)));
  expect(new Set(issued.map((one) => Buffer.from(certificateOf(one)).toString('hex'))).size).toBe(1);
});

it('makes a phone the device of one of two users who confirm it at the same moment', async () => {
  const phone = await TestPhone.make();
  const both = [await stage.enrol(undefined, phone), await stage.enrol(undefined, phone)];
  for (const enrolling of both) await enrolling.identify();
  const outcomes = await Promise.allSettled(both.map((enrolling) => enrolling.confirm()));
  expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(outcomes.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'PHONE_OF_ANOTHER' } });
  const states = await Promise.all(both.map(async (enrolling) => (await enrolling.status).state));
  expect(states.sort()).toEqual(['enrolling', 'failed']);
});

it('ends cleanly if the owner deletes a device while its phone asks and its certificate is sent', async () => {
  const enrolling = await stage.enrol();
  await enrolling.configure();
  const device = await stage.device(enrolling.user);
  const keys = [await newPhoneKey(), await newPhoneKey()];
  await Promise.allSettled([
    ...keys.map(async (key, index) => {
      await enrolling.ask(key, enrolling.challenges[index]);
      await stage.mobile.registrar.sent(enrolling.id, key.transactionId);
    }),
    stage.mobile.delete(enrolling.user, device?.id ?? ''),
    stage.mobile.endOverdue(),
  ]);
  expect(await stage.device(enrolling.user)).toMatchObject({ state: 'terminated' });
  for (const { revocationReason } of await stage.certificatesOf(device?.id ?? ''))
    expect(revocationReason).toBe('cessationOfOperation');
});
