import { afterAll, beforeEach, expect, it, beforeAll } from '@jest/globals';
import { eq } from 'drizzle-orm';
import { devices } from '../../../../portal/src/server/store/schema.js';
import { certificateOf, type Enrolling } from './support/enrolling.js';
import { MobileStage } from './support/mobile-stage.js';
import { newPhoneKey, TestPhone, type PhoneKey } from './support/test-phone.js';

const BAD_REQUEST = { kind: 'refused', failInfo: 'badRequest' };

let stage: MobileStage;
let enrolling: Enrolling;
let keys: PhoneKey[];
let current: Uint8Array;
let key: PhoneKey;
beforeAll(async () => {
  stage = await MobileStage.start();
});
afterAll(() => stage.close());
beforeEach(async () => {
  enrolling = await stage.enrol(undefined, await TestPhone.make());
  keys = await enrolling.install();
  [current = new Uint8Array()] = enrolling.certificates;
  key = await newPhoneKey();
});

const renew = (signer: Uint8Array, request: PhoneKey = key, place = enrolling.id) =>
  stage.mobile.registrar.renew(place, request, signer);

it('renews a certificate of an active device, and supersedes the old one once the new one has left', async () => {
  const renewed = certificateOf(await renew(current));
  expect([await stage.listedFor(current), await stage.listedFor(renewed)]).toEqual([undefined, undefined]);
  expect(certificateOf(await renew(current))).toEqual(renewed);
  expect(certificateOf(await stage.mobile.registrar.poll(enrolling.id, key))).toEqual(renewed);
  await stage.mobile.registrar.sent(enrolling.id, key.transactionId);
  expect([await stage.listedFor(current), await stage.listedFor(renewed)]).toEqual(['superseded', undefined]);
  const kept = await stage.certificatesOf((await stage.device(enrolling.user))?.id ?? '');
  expect(kept.filter(({ slot }) => slot === 'phone-authentication')).toHaveLength(2);
  expect(await enrolling.status).toMatchObject({ state: 'installed', certificates: { ordered: 3, issued: 3 } });
  // With the new one it goes on; with the old one it does not.
  expect(await renew(current, await newPhoneKey())).toEqual(BAD_REQUEST);
  expect(await renew(renewed, await newPhoneKey())).toMatchObject({ kind: 'issued' });
});

it('has two good certificates of a kind at most, however many answers get lost', async () => {
  const [first, second] = [await newPhoneKey(), await newPhoneKey()];
  const lost = certificateOf(await renew(current, first));
  const next = certificateOf(await renew(current, second));
  expect([await stage.listedFor(current), await stage.listedFor(lost), await stage.listedFor(next)]).toEqual([
    undefined,
    'superseded',
    undefined,
  ]);
  expect(await renew(current, first)).toEqual(BAD_REQUEST);
});

it('refuses another key or signer, a used transaction, and another enrolment', async () => {
  const other = await stage.enrol();
  await other.install();
  const [foreign = new Uint8Array()] = other.certificates;
  expect(await renew(foreign)).toEqual(BAD_REQUEST);
  expect(await renew(current, key, other.id)).toEqual(BAD_REQUEST);
  expect(await renew(stage.authority.certificate)).toEqual(BAD_REQUEST);
  const [used] = keys;
  expect(await renew(current, { ...key, transactionId: used?.transactionId ?? '' })).toEqual(BAD_REQUEST);
  const issued = certificateOf(await renew(current));
  const thief = { ...(await newPhoneKey()), transactionId: key.transactionId };
  expect(await renew(current, thief)).toEqual(BAD_REQUEST);
  expect(await stage.mobile.registrar.poll(enrolling.id, thief)).toEqual(BAD_REQUEST);
  expect(certificateOf(await renew(current))).toEqual(issued);
});

it('refuses a device that is suspended or deleted, and keeps none that the authority refuses', async () => {
  const device = await stage.device(enrolling.user);
  const setState = (state: 'active' | 'suspended') =>
    stage.store.db
      .update(devices)
      .set({ state })
      .where(eq(devices.id, device?.id ?? ''));
  await setState('suspended');
  expect(await renew(current)).toEqual(BAD_REQUEST);
  await setState('active');
  stage.mood = 'refuses';
  expect(await renew(current, await newPhoneKey())).toEqual(BAD_REQUEST);
  stage.mood = 'unavailable';
  expect(await renew(current)).toEqual({ kind: 'pending' });
  stage.mood = 'answers';
  expect(await stage.device(enrolling.user)).toMatchObject({ state: 'active' });
  await stage.mobile.delete(enrolling.user, device?.id ?? '');
  expect(await renew(current)).toEqual(BAD_REQUEST);
  expect(await stage.mobile.registrar.poll(enrolling.id, key)).toEqual(BAD_REQUEST);
  expect(await renew(current, await newPhoneKey())).toEqual(BAD_REQUEST);
});

it('refuses a phone that is not whole yet: its certificate is on hold', async () => {
  const half = await stage.enrol();
  await half.getIdentity();
  expect(await renew(half.identity?.certificate ?? current, key, half.id)).toEqual(BAD_REQUEST);
});

it('finds certificates of phones by their serial numbers', async () => {
  const [kept] = (await stage.certificatesOf((await stage.device(enrolling.user))?.id ?? '')).slice(-1);
  const { registrar } = stage.mobile;
  for (const serial of [kept?.serialNumber ?? '', kept?.serialNumber.toUpperCase() ?? '', `00${kept?.serialNumber}`])
    expect(Buffer.from((await registrar.findCertificate(serial)) ?? []).toString('base64url')).toBe(kept?.der);
  for (const serial of ['', '00', 'abcdef']) expect(await registrar.findCertificate(serial)).toBeUndefined();
  expect((await registrar.readCrl()).length).toBeGreaterThan(100);
});
