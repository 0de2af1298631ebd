import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { User } from '../../../../portal/src/server/store/schema.js';
import { everyOrSome } from '../../../support/thorough.js';
import type { Enrolling } from './support/enrolling.js';
import { MobileStage } from './support/mobile-stage.js';
import { VISITOR } from './support/visitor.js';

let stage: MobileStage;
let user: User;
let enrolling: Enrolling;
beforeAll(async () => {
  stage = await MobileStage.start();
});
beforeEach(async () => {
  user = await stage.newUser();
  enrolling = await stage.enrol(user);
});
afterAll(() => stage.close());

describe('the enrolment that a page continues', () => {
  const REACHED = [
    ['downloaded', () => enrolling.download()],
    ['to-confirm', () => enrolling.identify()],
    ['enrolling', () => enrolling.getIdentity()],
    ['issued', () => enrolling.configure()],
  ] as const;
  it.each(everyOrSome(REACHED, ([state]) => state === 'downloaded' || state === 'issued'))(
    'is found while it is %s',
    async (state, reach) => {
      await reach();
      const found = await stage.mobile.underWay(user);
      expect(found).toEqual(await enrolling.status);
      expect(found).toMatchObject({ enrolment: enrolling.id, state });
    },
  );

  it('says nothing by which another phone could use the link', async () => {
    await enrolling.identify();
    const told = JSON.stringify(await stage.mobile.underWay(user));
    for (const secret of [enrolling.token, enrolling.browser, enrolling.challenge]) expect(told).not.toContain(secret);
  });

  it('is no code that no phone has used', async () => {
    expect(await stage.mobile.underWay(user)).toBeNull();
    await stage.mobile.openLink(enrolling.token, VISITOR);
    expect(await stage.mobile.underWay(user)).toBeNull();
  });

  it('is not found by another user', async () => {
    await enrolling.identify();
    expect(await stage.mobile.underWay(await stage.newUser())).toBeNull();
  });

  it('cannot be read, confirmed or cancelled by another user, who knows its id', async () => {
    await enrolling.identify();
    const other = await stage.newUser();
    for (const act of [
      () => stage.mobile.status(other, enrolling.id),
      () => stage.mobile.confirm(other, enrolling.id, '00000000'),
      () => stage.mobile.cancel(other, enrolling.id),
    ])
      await expect(act()).rejects.toMatchObject({ code: 'ENROLMENT_NOT_FOUND' });
    expect(await enrolling.status).toMatchObject({ state: 'to-confirm' });
  });

  it('is not one that was sent everything, beside which its user may add another phone', async () => {
    await enrolling.receive();
    expect(await enrolling.status).toMatchObject({ state: 'sent' });
    expect(await stage.mobile.underWay(user)).toBeNull();
  });

  it('is not one that has ended', async () => {
    await enrolling.install();
    expect(await stage.mobile.underWay(user)).toBeNull();
    const turnedAway = await stage.enrol(user);
    await turnedAway.identify();
    await stage.mobile.cancel(user, turnedAway.id);
    expect(await stage.mobile.underWay(user)).toBeNull();
  });

  it('ends when its time is over, and is not found then', async () => {
    await enrolling.identify();
    stage.pass(6);
    expect(await stage.mobile.underWay(user)).toBeNull();
    expect(await enrolling.status).toMatchObject({
      state: 'failed',
      failure: { data: { name: 'PHONE_NOT_CONFIRMED' } },
    });
  });
});
