import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueCertificate } from '@cardwright/stage';
import { eq } from 'drizzle-orm';
import { devices } from '../../../../portal/src/server/store/schema.js';
import { certificateOf } from './support/enrolling.js';
import { MobileStage } from './support/mobile-stage.js';
import { VISITOR } from './support/visitor.js';
import { newPhoneKey, signAnswer, TestPhone } from './support/test-phone.js';

let stage: MobileStage;
let phone: TestPhone;
let other: TestPhone;
beforeAll(async () => {
  stage = await MobileStage.start();
  phone = await TestPhone.make();
  other = await TestPhone.make();
});
afterAll(() => stage.close());

const NOT_GENUINE = { code: 'PHONE_NOT_GENUINE' };
const NOT_FOUND = { code: 'ENROLMENT_NOT_FOUND' };

describe('an answer of a phone', () => {
  it('ends nothing if it is forged, is logged, and the real one is still accepted', async () => {
    const enrolling = await stage.enrol(undefined, phone);
    await enrolling.download();
    const { challenge } = enrolling;
    const made = await issueCertificate({ subject: '/CN=Example iPhone', extensions: ['basicConstraints=CA:FALSE'] });
    const genuine = Buffer.from(phone.answer(challenge));
    const altered = Buffer.from(genuine);
    const at = altered.indexOf(phone.facts.serial);
    altered.write('X', at);
    const forged = [
      signAnswer(phone.attributes(challenge), made.certificate, made.key, '', 'sha256'),
      altered,
      genuine.subarray(0, -10),
      Buffer.from('<plist/>'),
      phone.answer('wrong'),
      phone.answer(''),
    ];
    for (const body of forged) await expect(enrolling.post(body)).rejects.toMatchObject(NOT_GENUINE);
    expect(await enrolling.status).toMatchObject({ state: 'downloaded', failure: null, phone: null });
    const refused = (await stage.log(enrolling.id)).filter(({ event }) => event === 'mobile.phone-refused');
    expect(refused).toHaveLength(forged.length);
    await enrolling.post(genuine);
    expect(await enrolling.status).toMatchObject({ state: 'to-confirm' });
  });

  it('is refused with the challenge of an earlier download', async () => {
    const enrolling = await stage.enrol(undefined, phone);
    await enrolling.download();
    const { challenge } = enrolling;
    await enrolling.download();
    await expect(enrolling.post(phone.answer(challenge))).rejects.toMatchObject(NOT_GENUINE);
  });

  it('may be repeated by the same phone, not by another one, and changes nothing', async () => {
    const enrolling = await stage.enrol(undefined, phone);
    await enrolling.download();
    const { challenge } = enrolling;
    const answer = phone.answer(challenge);
    await enrolling.post(answer);
    const [before, status] = [enrolling.challenges, await enrolling.status];
    const { udid, serial } = phone.facts;
    for (const stranger of [other, other.lying({ udid, serial })])
      await expect(enrolling.post(stranger.answer(challenge))).rejects.toMatchObject(NOT_GENUINE);
    // Someone who recorded the answer sends it again, later: the phone's own challenge is still valid, for as long as before.
    await enrolling.post(answer);
    expect(enrolling.challenges).toEqual(before);
    expect(await enrolling.status).toEqual(status);
    expect(await enrolling.ask(await newPhoneKey(), before[0])).toEqual({ kind: 'pending' });
  });

  it('is refused if it is replayed after the phone has asked for its certificate, or was confirmed', async () => {
    const enrolling = await stage.enrol(undefined, phone);
    await enrolling.download();
    const answer = phone.answer(enrolling.challenge);
    await enrolling.post(answer);
    const key = await newPhoneKey();
    await enrolling.ask(key);
    await expect(enrolling.post(answer)).rejects.toMatchObject(NOT_GENUINE);
    await enrolling.confirm();
    await expect(enrolling.post(answer)).rejects.toMatchObject(NOT_GENUINE);
    // The phone continues.
    expect(await enrolling.ask(key)).toMatchObject({ kind: 'issued' });
  });

  it.each([
    ['iOS 17', { version: '21G93' }],
    ['a watch', { product: 'Watch7,1' }],
  ])('ends the enrolment if it is of %s, and a new one can be started', async (_what, changes) => {
    const enrolling = await stage.enrol(undefined, phone);
    await enrolling.download();
    const { product, version } = { ...phone.facts, ...changes };
    const unsupported = { code: 'PHONE_UNSUPPORTED', data: { product, version } };
    await expect(enrolling.post(phone.answer(enrolling.challenge, changes))).rejects.toMatchObject(unsupported);
    const failure = { data: { name: 'PHONE_UNSUPPORTED', details: { product, version } } };
    expect(await enrolling.status).toMatchObject({ state: 'failed', failure });
    expect(await stage.mobile.openLink(enrolling.token, VISITOR)).toMatchObject({ kind: 'dead' });
    expect(await (await stage.enrol(enrolling.user, phone)).status).toMatchObject({ state: 'waiting' });
  });

  it('is not read if the enrolment does not exist, or is over', async () => {
    const enrolling = await stage.enrol(undefined, phone);
    await enrolling.download();
    const answer = phone.answer(enrolling.challenge);
    await stage.mobile.cancel(enrolling.user, enrolling.id);
    await expect(enrolling.post(answer)).rejects.toMatchObject(NOT_FOUND);
    for (const id of ['', 'x', '6f1c0f0e-3d7a-4f55-9a3f-6f6f6f6f6f6f'])
      await expect(stage.mobile.answerPhone(id, answer)).rejects.toMatchObject(NOT_FOUND);
  });
});

describe('the configuration', () => {
  it('is only for the identity of this enrolment', async () => {
    const [mine, yours] = [await stage.enrol(), await stage.enrol()];
    await mine.getIdentity();
    await yours.getIdentity();
    if (!mine.identity || !yours.identity) throw new Error('both phones have an identity');
    const { key, certificate } = yours.identity;
    // Another phone's identity, with its own attributes and with those of this one.
    await expect(mine.post(yours.phone.ask(certificate, key))).rejects.toMatchObject(NOT_GENUINE);
    await expect(mine.post(mine.phone.ask(certificate, key))).rejects.toMatchObject(NOT_GENUINE);
    expect(await mine.status).toMatchObject({ state: 'enrolling' });
    await mine.post(mine.phone.ask(mine.identity.certificate, mine.identity.key));
    expect(await mine.status).toMatchObject({ state: 'issued' });
  });

  it('is sent again until the phone has asked for one of its certificates, with the same challenges', async () => {
    const enrolling = await stage.enrol();
    await enrolling.configure();
    const before = enrolling.challenges;
    expect(new Set(before).size).toBe(2);
    if (!enrolling.identity) throw new Error('the phone has an identity');
    const request = enrolling.phone.ask(enrolling.identity.certificate, enrolling.identity.key);
    await enrolling.post(request);
    expect(enrolling.challenges).toEqual(before);
    certificateOf(await enrolling.ask(await newPhoneKey(), before[0]));
    await expect(enrolling.post(request)).rejects.toMatchObject(NOT_GENUINE);
  });
});

describe('a phone that is already a device', () => {
  it('is refused if it belongs to another person, until that device is deleted', async () => {
    const first = await stage.enrol();
    await first.install();
    const second = await stage.enrol(undefined, first.phone);
    await expect(second.identify()).rejects.toMatchObject({ code: 'PHONE_OF_ANOTHER' });
    expect(await second.status).toMatchObject({ state: 'failed', failure: { data: { name: 'PHONE_OF_ANOTHER' } } });
    await stage.mobile.delete(first.user, (await stage.device(first.user))?.id ?? '');
    const third = await stage.enrol(second.user, first.phone);
    await third.identify();
    expect(await third.confirm()).toMatchObject({ state: 'enrolling' });
  });

  it('is replaced when the same user confirms it', async () => {
    const first = await stage.enrol();
    await first.install();
    const before = await stage.device(first.user);
    const second = await stage.enrol(first.user, first.phone);
    await second.identify();
    expect(await stage.device(first.user)).toMatchObject({ id: before?.id, state: 'active' });
    await second.confirm();
    const all = await stage.store.db.select().from(devices).where(eq(devices.ownerId, first.user.id));
    expect(all.map(({ state }) => state).sort()).toEqual(['producing', 'terminated']);
    for (const certificate of first.certificates)
      expect(await stage.listedFor(certificate)).toBe('cessationOfOperation');
  });

  it('stays suspended if an operator has suspended it', async () => {
    const first = await stage.enrol();
    await first.install();
    const device = await stage.device(first.user);
    await stage.store.db
      .update(devices)
      .set({ state: 'suspended' })
      .where(eq(devices.id, device?.id ?? ''));
    await expect(stage.mobile.delete(first.user, device?.id ?? '')).rejects.toMatchObject({ code: 'DEVICE_STATE' });
    const second = await stage.enrol(first.user, first.phone);
    await expect(second.identify()).rejects.toMatchObject({ code: 'PHONE_REFUSED' });
    expect(await stage.device(first.user)).toMatchObject({ id: device?.id, state: 'suspended' });
  });
});
