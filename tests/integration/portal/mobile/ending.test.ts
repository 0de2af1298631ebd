import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deviceVersion } from '@cardwright/cms/devices';
import { Records } from '@cardwright/cms/store';
import { eq } from 'drizzle-orm';
import { perform } from '../../../../cms/src/actions/operator-actions.js';
import { CrlPublisher } from '../../../../portal/src/server/ca/published-crl.js';
import { revocationsIn } from '../../../../portal/src/server/ca/revocations.js';
import { drizzleTransaction } from '../../../../portal/src/server/store/drizzle-store.js';
import { scepRequests, users } from '../../../../portal/src/server/store/schema.js';
import { everyOrSome, thoroughIt } from '../../../support/thorough.js';
import { certificateOf, type Enrolling } from './support/enrolling.js';
import { MobileStage } from './support/mobile-stage.js';
import { VISITOR } from './support/visitor.js';
import { newPhoneKey } from './support/test-phone.js';

const BAD_REQUEST = { kind: 'refused', failInfo: 'badRequest' };
const NOT_FOUND = { code: 'ENROLMENT_NOT_FOUND' };

let stage: MobileStage;
beforeAll(async () => {
  stage = await MobileStage.start();
});
afterAll(() => stage.close());

/** Expects that everything of the phone and its browser is invalid, and that its user can start again. */
async function expectDead(enrolling: Enrolling): Promise<void> {
  const { mobile, token, id, browser, phone, user } = enrolling;
  const visitor = { ...VISITOR, browser };
  expect(await mobile.openLink(token, visitor)).toEqual({ kind: 'dead', language: 'en' });
  expect(await mobile.claim(token, visitor)).toBeUndefined();
  expect(await mobile.download(token, enrolling.handover, visitor)).toBeUndefined();
  await expect(mobile.answerPhone(id, phone.answer(enrolling.challenges[0] ?? 'x'))).rejects.toMatchObject(NOT_FOUND);
  const { identity } = enrolling;
  if (identity) {
    await expect(enrolling.post(phone.ask(identity.certificate, identity.key))).rejects.toMatchObject(NOT_FOUND);
    expect(await mobile.registrar.poll(id, identity.key)).toEqual(BAD_REQUEST);
    expect(await stage.listedFor(identity.certificate)).toBe('cessationOfOperation');
  }
  const key = await newPhoneKey();
  for (const challenge of enrolling.challenges) expect(await enrolling.ask(key, challenge)).toEqual(BAD_REQUEST);
  for (const certificate of enrolling.certificates)
    expect(await stage.listedFor(certificate)).toBe('cessationOfOperation');
  expect((await stage.device(user))?.state ?? 'terminated').toBe('terminated');
  expect(await (await stage.enrol(user, phone)).status).toMatchObject({ state: 'waiting' });
}

/** Stages of the phone, each with the minutes that it may take from there, and the failure afterwards. */
const STATES: readonly [string, (enrolling: Enrolling) => Promise<unknown>, number, string][] = [
  ['waiting', () => Promise.resolve(), 15, 'LINK_EXPIRED'],
  ['opened', ({ mobile, token }) => mobile.openLink(token, VISITOR), 15, 'LINK_EXPIRED'],
  ['downloaded', (enrolling) => enrolling.download(), 10, 'PHONE_SILENT'],
  ['to-confirm', (enrolling) => enrolling.identify(), 5, 'PHONE_NOT_CONFIRMED'],
  ['enrolling', (enrolling) => enrolling.getIdentity(), 5, 'PHONE_SILENT'],
  ['issued', (enrolling) => enrolling.configure(), 5, 'PHONE_SILENT'],
];

// `registrar` shows the end of one that nobody confirms.
const KEPT = ['waiting', 'downloaded', 'enrolling'];

describe.each(everyOrSome(STATES, ([state]) => KEPT.includes(state)))(
  'an enrolment that is %s',
  (state, reach, minutes, error) => {
    const ends = async (end: () => Promise<unknown>, judge: (enrolling: Enrolling) => Promise<void>): Promise<void> => {
      const enrolling = await stage.enrol();
      await reach(enrolling);
      stage.pass(minutes - 0.5);
      await stage.mobile.endOverdue();
      const { lastRequest, ...before } = await enrolling.status;
      expect(before).toMatchObject({ state, failure: null });
      stage.pass(1);
      await end();
      const failure = { data: { name: error } };
      expect(await enrolling.status).toMatchObject({ state: 'failed', failure, lastRequest, expiresAt: null });
      await judge(enrolling);
      const failed = (await stage.log(enrolling.id)).filter(({ event }) => event === 'mobile.enrolment-failed');
      expect(failed).toHaveLength(1);
      expect(failed[0]?.detail).toMatchObject({ error, state, lastRequest: lastRequest?.what ?? null });
    };

    it('ends when its time is over', () => ends(() => stage.mobile.endOverdue(), expectDead));

    thoroughIt('ends when it is read after its time', () => ends(nothing, nothing));

    // An enrolling phone has the most to end.
    const once = state === 'enrolling' ? it : thoroughIt;
    once('is cancelled by its user, and stays so', async () => {
      const enrolling = await stage.enrol();
      await reach(enrolling);
      const { user, id, mobile } = enrolling;
      expect(await mobile.cancel(user, id)).toMatchObject({ state: 'cancelled', expiresAt: null });
      expect(await mobile.cancel(user, id)).toMatchObject({ state: 'cancelled' });
      await expectDead(enrolling);
      expect((await stage.log(id)).filter(({ event }) => event === 'mobile.enrolment-cancelled')).toHaveLength(1);
    });

    once('is cancelled once its user has left, although the phone needs no session', async () => {
      const enrolling = await stage.enrol();
      await reach(enrolling);
      const isUser = eq(users.id, enrolling.user.id);
      await stage.store.db.update(users).set({ leftAt: new Date(), leftBecause: 'session-refused' }).where(isUser);
      expect(await enrolling.status).toMatchObject({ state });
      await stage.store.db.update(users).set({ leftBecause: 'not-in-directory' }).where(isUser);
      await stage.mobile.registrar.seen(enrolling.id, 'capabilities');
      await stage.store.db.update(users).set({ leftAt: null, leftBecause: null }).where(isUser);
      expect(await enrolling.status).toMatchObject({ state: 'cancelled' });
      await expectDead(enrolling);
    });
  },
);

const nothing = (): Promise<void> => Promise.resolve();

describe('an enrolling phone', () => {
  thoroughIt('gets its time again with each request, but only thirty minutes in all', async () => {
    const enrolling = await stage.enrol();
    await enrolling.getIdentity();
    for (let minutes = 0; minutes < 28; minutes += 4) {
      stage.pass(4);
      await stage.mobile.registrar.seen(enrolling.id, 'capabilities');
      expect(await enrolling.status).toMatchObject({ state: 'enrolling' });
    }
    stage.pass(2.5);
    expect(await enrolling.status).toMatchObject({ state: 'failed', failure: { data: { name: 'PHONE_SILENT' } } });
  });

  it('was sent everything once every certificate has left, and a repeated or unknown one does not count', async () => {
    const enrolling = await stage.enrol();
    await enrolling.configure();
    const [first, second] = enrolling.challenges;
    const [one, other] = [await newPhoneKey(), await newPhoneKey()];
    const lost = certificateOf(await enrolling.ask(one, first));
    certificateOf(await enrolling.ask(other, second));
    await stage.mobile.registrar.sent(enrolling.id, other.transactionId);
    expect(await enrolling.status).toMatchObject({ state: 'issued', certificates: { ordered: 3, issued: 2 } });
    expect(certificateOf(await enrolling.ask(one, first))).toEqual(lost);
    for (const transaction of ['made-up', one.transactionId, one.transactionId])
      await stage.mobile.registrar.sent(enrolling.id, transaction);
    expect(await enrolling.status).toMatchObject({ state: 'sent' });
    // Even now the answer is the same.
    expect(certificateOf(await enrolling.ask(one, first))).toEqual(lost);
  });

  it('cannot use an expired challenge', async () => {
    const enrolling = await stage.enrol();
    await enrolling.identify();
    const expired = { expiresAt: stage.now };
    await stage.store.db.update(scepRequests).set(expired).where(eq(scepRequests.enrolmentId, enrolling.id));
    expect(await enrolling.ask(await newPhoneKey())).toEqual(BAD_REQUEST);
    expect(await enrolling.status).toMatchObject({ state: 'to-confirm' });
  });
});

describe('a mobile device', () => {
  it('is terminated when its owner deletes it, its certificates are on the CRL, and it can be added again', async () => {
    const enrolling = await stage.enrol();
    await enrolling.install();
    const { user } = enrolling;
    const device = await stage.device(user);
    await stage.mobile.delete(user, device?.id ?? '');
    await expectDead(enrolling);
    const times = { lifetime: 60_000, interval: 0 };
    const { der } = await new CrlPublisher(revocationsIn(stage.store.db), stage.authority, times).current();
    const [kept] = await stage.certificatesOf(device?.id ?? '');
    expect(Buffer.from(der).toString('hex')).toContain(kept?.serialNumber);
    await expect(stage.mobile.delete(user, device?.id ?? '')).rejects.toMatchObject({ code: 'DEVICE_STATE' });
  });

  thoroughIt('ends its enrolment when it is deleted during that', async () => {
    const enrolling = await stage.enrol();
    await enrolling.getIdentity();
    await stage.mobile.delete(enrolling.user, (await stage.device(enrolling.user))?.id ?? '');
    expect(await enrolling.status).toMatchObject({ state: 'cancelled' });
    await expectDead(enrolling);
  });

  it('is deleted by nobody else', async () => {
    const enrolling = await stage.enrol();
    await enrolling.install();
    const device = await stage.device(enrolling.user);
    const thief = await stage.newUser();
    for (const id of [device?.id ?? '', '', 'x', '6f1c0f0e-3d7a-4f55-9a3f-6f6f6f6f6f6f'])
      await expect(stage.mobile.delete(thief, id)).rejects.toMatchObject({ code: 'DEVICE_STATE' });
    expect(await stage.device(enrolling.user)).toMatchObject({ state: 'active' });
  });

  thoroughIt('gets nothing any more if an operator terminates it during its enrolment', async () => {
    const operator = await stage.newUser();
    for (const reach of [(one: Enrolling) => one.getIdentity(), (one: Enrolling) => one.configure()]) {
      const enrolling = await stage.enrol();
      await reach(enrolling);
      const id = (await stage.device(enrolling.user))?.id ?? '';
      await drizzleTransaction(stage.store, async (transaction) => {
        const records = new Records(transaction, stage.now);
        const device = await records.openDevice(id);
        await perform(records, operator, 'terminate', id, { seen: device && deviceVersion(device) });
        await records.write();
      });
      for (const challenge of enrolling.challenges)
        expect(await enrolling.ask(await newPhoneKey(), challenge)).toEqual(BAD_REQUEST);
      expect(await enrolling.status).toMatchObject({ state: 'cancelled' });
      await expectDead(enrolling);
    }
  });
});

it('belongs to nobody else: status, confirmation, end and progress', async () => {
  const enrolling = await stage.enrol();
  await enrolling.identify();
  const thief = await stage.newUser();
  const { mobile, id, phone } = enrolling;
  const { signal } = new AbortController();
  for (const name of [id, '', 'x', '6f1c0f0e-3d7a-4f55-9a3f-6f6f6f6f6f6f']) {
    await expect(mobile.status(thief, name)).rejects.toMatchObject(NOT_FOUND);
    await expect(mobile.confirm(thief, name, phone.facts.serial)).rejects.toMatchObject(NOT_FOUND);
    await expect(mobile.cancel(thief, name)).rejects.toMatchObject(NOT_FOUND);
    await expect(mobile.watch(thief, name, signal)[Symbol.asyncIterator]().next()).rejects.toMatchObject(NOT_FOUND);
  }
  for (const serial of ['', 'OTHER', phone.facts.serial.toLowerCase()])
    if (serial !== phone.facts.serial) await expect(enrolling.confirm(serial)).rejects.toMatchObject(NOT_FOUND);
  expect(await enrolling.status).toMatchObject({ state: 'to-confirm' });
});
