// Alone proves: a SCEP challenge is good for one transaction and key at a running portal.
import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eq } from 'drizzle-orm';
import { devices, users } from '../../../../portal/src/server/store/schema.js';
import { certificateOf, type Enrolling } from './support/enrolling.js';
import { MobileStage, QUOTA } from './support/mobile-stage.js';
import { newPhoneKey, phoneKeyOf, TestPhone, type PhoneKey } from './support/test-phone.js';
import { thoroughIt } from '../../../support/thorough.js';

const BAD_REQUEST = { kind: 'refused', failInfo: 'badRequest' };
const BAD_ALGORITHM = { kind: 'refused', failInfo: 'badAlg' };

let stage: MobileStage;
let phone: TestPhone;
beforeAll(async () => {
  stage = await MobileStage.start();
  phone = await TestPhone.make();
});
afterEach(() => {
  stage.mood = 'answers';
});
afterAll(() => stage.close());

async function identified() {
  const enrolling = await stage.enrol(undefined, phone);
  await enrolling.identify();
  return enrolling;
}
const phoneOrders = () => stage.orders.filter(({ slot }) => slot !== 'registration-authority').length;

const ellipticKey = () => phoneKeyOf(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey);
const shortKey = () => phoneKeyOf(generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey);

describe('a challenge', () => {
  it('is valid for the first transaction and key that use it', async () => {
    const enrolling = await identified();
    const [key, thief] = [await newPhoneKey(), await newPhoneKey()];
    const { challenge, id } = enrolling;
    expect(await enrolling.ask(key)).toEqual({ kind: 'pending' });
    for (const request of [thief, { ...thief, transactionId: key.transactionId }, { ...key, transactionId: 'other' }])
      expect(await enrolling.ask(request, challenge)).toEqual(BAD_REQUEST);
    expect(await stage.mobile.registrar.poll(id, thief)).toEqual({ kind: 'refused', failInfo: 'badCertId' });
    const stolen = { ...thief, transactionId: key.transactionId };
    expect(await stage.mobile.registrar.poll(id, stolen)).toEqual(BAD_REQUEST);
    await enrolling.confirm();
    for (const request of [thief, stolen]) expect(await enrolling.ask(request, challenge)).toEqual(BAD_REQUEST);
    expect(await stage.mobile.registrar.poll(id, stolen)).toEqual(BAD_REQUEST);
    expect(await enrolling.ask(key)).toMatchObject({ kind: 'issued' });
    await stage.mobile.cancel(enrolling.user, id);
  });

  it('is refused if it is wrong, missing, or of another enrolment', async () => {
    const [mine, yours] = [await identified(), await identified()];
    const key = await newPhoneKey();
    for (const challenge of [null, '', 'wrong', mine.challenge.slice(0, -1), yours.challenge])
      expect(await mine.ask(key, challenge)).toEqual(BAD_REQUEST);
    for (const place of ['', 'nowhere', '6f1c0f0e-3d7a-4f55-9a3f-6f6f6f6f6f6f'])
      expect(await stage.mobile.registrar.enrol(place, key, mine.challenge)).toEqual(BAD_REQUEST);
    expect(await mine.status).toMatchObject({ state: 'to-confirm' });
    expect(await mine.ask(key)).toEqual({ kind: 'pending' });
  });

  it('gets no certificate for a phone that nobody confirms', async () => {
    const before = phoneOrders();
    const enrolling = await identified();
    const key = await newPhoneKey();
    expect(await enrolling.ask(key)).toEqual({ kind: 'pending' });
    for (let minute = 0; minute < 4; minute += 1) {
      stage.pass(1);
      expect(await stage.mobile.registrar.poll(enrolling.id, key)).toEqual({ kind: 'pending' });
    }
    stage.pass(2);
    expect(await stage.mobile.registrar.poll(enrolling.id, key)).toEqual(BAD_REQUEST);
    expect(await enrolling.ask(key)).toEqual(BAD_REQUEST);
    const failure = { data: { name: 'PHONE_NOT_CONFIRMED' } };
    expect(await enrolling.status).toMatchObject({ state: 'failed', failure, lastRequest: { what: 'asked-again' } });
    await expect(enrolling.confirm()).rejects.toMatchObject({ code: 'ENROLMENT_NOT_FOUND' });
    expect(phoneOrders()).toBe(before);
  });

  it('has one certificate issued, however often and concurrently it is used', async () => {
    const enrolling = await identified();
    const key = await newPhoneKey();
    await enrolling.ask(key);
    await enrolling.confirm();
    const before = phoneOrders();
    const decisions = await Promise.all([
      enrolling.ask(key),
      stage.mobile.registrar.poll(enrolling.id, key),
      enrolling.ask(key),
    ]);
    expect(new Set(decisions.map((decision) => Buffer.from(certificateOf(decision)).toString('hex'))).size).toBe(1);
    expect(phoneOrders()).toBe(before + 1);
    await stage.mobile.cancel(enrolling.user, enrolling.id);
  });

  thoroughIt('waits while the authority is away', async () => {
    const enrolling = await identified();
    const key = await newPhoneKey();
    await enrolling.confirm();
    stage.mood = 'unavailable';
    expect(await enrolling.ask(key)).toEqual({ kind: 'pending' });
    expect(await stage.mobile.registrar.poll(enrolling.id, key)).toEqual({ kind: 'pending' });
    expect(await enrolling.status).toMatchObject({ state: 'enrolling' });
    stage.mood = 'answers';
    expect(await stage.mobile.registrar.poll(enrolling.id, key)).toMatchObject({ kind: 'issued' });
    await stage.mobile.cancel(enrolling.user, enrolling.id);
  });

  thoroughIt("fails with the authority's refusal, in its words", async () => {
    const enrolling = await identified();
    await enrolling.confirm();
    stage.mood = 'refuses';
    expect(await enrolling.ask(await newPhoneKey())).toEqual(BAD_REQUEST);
    const failure = { data: { name: 'CA_REFUSED', details: { reason: 'not today' } } };
    expect(await enrolling.status).toMatchObject({ state: 'failed', failure });
    expect(await stage.device(enrolling.user)).toMatchObject({ state: 'terminated' });
    const events = (await stage.log(enrolling.id)).map(({ event }) => event);
    expect(events).toEqual(expect.arrayContaining(['certificate.refused', 'mobile.enrolment-failed']));
  });

  it.each([
    ['is elliptic', () => Promise.resolve(ellipticKey()), BAD_ALGORITHM],
    ['is no key', async () => ({ ...(await newPhoneKey()), publicKey: Uint8Array.of(1, 2, 3) }), BAD_ALGORITHM],
    ['is too short', () => Promise.resolve(shortKey()), BAD_REQUEST],
  ])('is not for a key that %s: the enrolment fails', async (_what, newKey, refused) => {
    const enrolling = await identified();
    expect(await enrolling.ask(await newKey())).toEqual(refused);
    expect(await enrolling.status).toMatchObject({ state: 'failed', failure: { data: { name: 'PHONE_REFUSED' } } });
  });

  it('is not for a key that is certified for another device', async () => {
    const first = await stage.enrol();
    const [key] = await first.install();
    if (!key) throw new Error('the phone has keys');
    const second = await identified();
    await second.confirm();
    expect(await second.ask({ ...key, transactionId: 'again' })).toEqual(BAD_REQUEST);
    expect(await second.status).toMatchObject({ state: 'failed', failure: { data: { name: 'PHONE_REFUSED' } } });
  });

  it('is not for a transaction of another certificate of the same phone', async () => {
    const enrolling = await stage.enrol();
    await enrolling.configure();
    const key = await newPhoneKey();
    certificateOf(await enrolling.ask(key, enrolling.challenges[0]));
    expect(await enrolling.ask(key, enrolling.challenges[1])).toEqual(BAD_REQUEST);
  });
});

describe('a renewal', () => {
  let enrolling: Enrolling;
  let keys: PhoneKey[];
  let current: Uint8Array;
  let key: PhoneKey;
  beforeEach(async () => {
    enrolling = await stage.enrol(undefined, await TestPhone.make());
    keys = await enrolling.install();
    [current = new Uint8Array()] = enrolling.certificates;
    key = await newPhoneKey();
  });

  const renew = (signer: Uint8Array, request: PhoneKey = key, place = enrolling.id) =>
    stage.mobile.registrar.renew(place, request, signer);

  it('renews a certificate of an active device, and supersedes the old one once the new one has been sent', async () => {
    const renewed = certificateOf(await renew(current));
    expect([await stage.listedFor(current), await stage.listedFor(renewed)]).toEqual([undefined, undefined]);
    expect(certificateOf(await renew(current))).toEqual(renewed);
    expect(certificateOf(await stage.mobile.registrar.poll(enrolling.id, key))).toEqual(renewed);
    await stage.mobile.registrar.sent(enrolling.id, key.transactionId);
    expect([await stage.listedFor(current), await stage.listedFor(renewed)]).toEqual(['superseded', undefined]);
    const kept = await stage.certificatesOf((await stage.device(enrolling.user))?.id ?? '');
    expect(kept.filter(({ slot }) => slot === 'phone-authentication')).toHaveLength(2);
    expect(await enrolling.status).toMatchObject({ state: 'installed', certificates: { ordered: 3, issued: 3 } });
    // It continues with the new one, and not with the old one.
    expect(await renew(current, await newPhoneKey())).toEqual(BAD_REQUEST);
    const next = await newPhoneKey();
    expect(await renew(renewed, next)).toMatchObject({ kind: 'issued' });
    // The certificate of the first renewal is over by that, and its request gets no other one.
    await stage.mobile.registrar.sent(enrolling.id, next.transactionId);
    expect(await stage.mobile.registrar.poll(enrolling.id, key)).toEqual(BAD_REQUEST);
  });

  it('is refused to a user who has left, also one that waits', async () => {
    const isUser = eq(users.id, enrolling.user.id);
    stage.mood = 'unavailable';
    expect(await renew(current)).toEqual({ kind: 'pending' });
    stage.mood = 'answers';
    await stage.store.db.update(users).set({ leftAt: new Date(), leftBecause: 'no-role' }).where(isUser);
    expect(await stage.mobile.registrar.poll(enrolling.id, key)).toEqual(BAD_REQUEST);
    expect(await renew(current, await newPhoneKey())).toEqual(BAD_REQUEST);
    await stage.store.db.update(users).set({ leftAt: null, leftBecause: null }).where(isUser);
    expect(await stage.mobile.registrar.poll(enrolling.id, key)).toMatchObject({ kind: 'issued' });
  });

  it('is polled with the key of the certificate that it renews, and with no other', async () => {
    stage.mood = 'unavailable';
    expect(await renew(current)).toEqual({ kind: 'pending' });
    stage.mood = 'answers';
    const { transactionId } = key;
    const [authentication, signature] = keys;
    const poll = (by: PhoneKey | undefined) =>
      stage.mobile.registrar.poll(enrolling.id, { transactionId, publicKey: by?.publicKey ?? new Uint8Array() });
    for (const stranger of [signature, await newPhoneKey()]) expect(await poll(stranger)).toEqual(BAD_REQUEST);
    const renewed = certificateOf(await poll(authentication));
    expect(certificateOf(await poll(key))).toEqual(renewed);
  });

  thoroughIt('leaves at most two valid certificates of a kind, however many answers get lost', async () => {
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

  it('refuses a suspended or deleted device, and keeps none that the authority refuses', async () => {
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

  it('refuses a phone that renews again and again', async () => {
    // The enrolment was the first.
    for (let count = 1; count < QUOTA; count += 1) certificateOf(await renew(current, await newPhoneKey()));
    expect(await renew(current)).toEqual(BAD_REQUEST);
  });

  it('refuses an incomplete phone: its certificate is on hold', async () => {
    const half = await stage.enrol();
    await half.getIdentity();
    expect(await renew(half.identity?.certificate ?? current, key, half.id)).toEqual(BAD_REQUEST);
  });

  thoroughIt('finds certificates of phones by their serial numbers', async () => {
    const [kept] = (await stage.certificatesOf((await stage.device(enrolling.user))?.id ?? '')).slice(-1);
    const { registrar } = stage.mobile;
    for (const serial of [kept?.serialNumber ?? '', kept?.serialNumber.toUpperCase() ?? '', `00${kept?.serialNumber}`])
      expect(Buffer.from((await registrar.findCertificate(serial)) ?? []).toString('base64url')).toBe(kept?.der);
    for (const serial of ['', '00', 'abcdef']) expect(await registrar.findCertificate(serial)).toBeUndefined();
    expect((await registrar.readCrl()).length).toBeGreaterThan(100);
  });
});
