import { generateKeyPairSync } from 'node:crypto';
import { afterAll, afterEach, beforeAll, expect, it } from '@jest/globals';
import { certificateOf } from './support/enrolling.js';
import { MobileStage } from './support/mobile-stage.js';
import { newPhoneKey, TestPhone, type PhoneKey } from './support/test-phone.js';

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

it('is good for the first transaction and key that use it', async () => {
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

it('is refused where it is wrong, missing, or of another enrolment', async () => {
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

it('has a certificate issued once, however often and at once it is asked', async () => {
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

it('waits while the authority is away', async () => {
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

it('fails with the authority that refuses, in its words', async () => {
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

function ellipticKey(): PhoneKey {
  const { publicKey, privateKey: key } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return {
    key,
    publicKey: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    transactionId: 'elliptic',
  };
}

it.each([
  ['is elliptic', () => Promise.resolve(ellipticKey()), BAD_ALGORITHM],
  ['is no key', async () => ({ ...(await newPhoneKey()), publicKey: Uint8Array.of(1, 2, 3) }), BAD_ALGORITHM],
  ['is too short', () => newPhoneKey(1024), BAD_REQUEST],
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
