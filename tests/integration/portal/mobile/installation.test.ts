import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eq } from 'drizzle-orm';
import { devices } from '../../../../portal/src/server/store/schema.js';
import { certificateOf, type Enrolling } from './support/enrolling.js';
import { MobileStage } from './support/mobile-stage.js';
import { newPhoneKey } from './support/test-phone.js';
import { thoroughIt } from '../../../support/thorough.js';

/** The proofs that a phone has installed everything. A phone whose last answer was lost drops the whole profile, and tells nobody. */

const DEAD = { kind: 'dead', language: null };
const BAD_REQUEST = { kind: 'refused', failInfo: 'badRequest' };

let stage: MobileStage;
beforeAll(async () => {
  stage = await MobileStage.start();
});
afterAll(() => stage.close());

/** A phone that was sent everything. */
async function sent(): Promise<Enrolling> {
  const enrolling = await stage.enrol();
  await enrolling.receive();
  return enrolling;
}

const look = ({ mobile, id, icon }: Enrolling, token = icon) => mobile.openIcon(id, token, { isPressed: false });

async function expectWaiting(enrolling: Enrolling): Promise<void> {
  expect(await enrolling.status).toMatchObject({ state: 'sent', expiresAt: null, failure: null });
  expect(await stage.device(enrolling.user)).toMatchObject({ state: 'pending', activatedAt: null });
  for (const certificate of enrolling.certificates) expect(await stage.listedFor(certificate)).toBe('certificateHold');
}

async function expectActive(enrolling: Enrolling): Promise<void> {
  expect(await enrolling.status).toMatchObject({ state: 'installed', expiresAt: null, certificates: { issued: 3 } });
  expect(await stage.device(enrolling.user)).toMatchObject({ state: 'active', activatedAt: expect.any(Date) });
  for (const certificate of enrolling.certificates) expect(await stage.listedFor(certificate)).toBeUndefined();
}

it('is not active by its icon while a certificate is missing', async () => {
  const enrolling = await stage.enrol();
  await enrolling.configure();
  expect(enrolling.icon).not.toBe('');
  expect(await enrolling.press()).not.toMatchObject({ kind: 'finished' });
  expect(await enrolling.status).toMatchObject({ state: 'issued' });
  expect(await stage.device(enrolling.user)).toMatchObject({ state: 'producing', activatedAt: null });
});

describe('a phone that was sent its last certificate', () => {
  it('is not active, however long nothing shows that it has it', async () => {
    const enrolling = await sent();
    await expectWaiting(enrolling);
    stage.pass(24 * 60);
    await stage.mobile.endOverdue();
    await expectWaiting(enrolling);
  });

  it('is active once the button on the page of its icon was pressed, and not because the page was opened', async () => {
    const enrolling = await sent();
    for (let times = 0; times < 2; times += 1)
      expect(await look(enrolling)).toEqual({ kind: 'finish', language: 'en' });
    await expectWaiting(enrolling);
    for (let times = 0; times < 2; times += 1)
      expect(await enrolling.press()).toEqual({ kind: 'finished', language: 'en' });
    await expectActive(enrolling);
    expect(await look(enrolling)).toEqual({ kind: 'finished', language: 'en' });
    const events = (await stage.log(enrolling.id)).filter(({ event }) => event === 'mobile.installed');
    expect(events).toHaveLength(1);
  });

  it('is not made active by an address that is not that of its icon', async () => {
    const [enrolling, other] = [await sent(), await sent()];
    for (const token of [other.icon, enrolling.token, enrolling.challenge, '', 'x'.repeat(43)]) {
      expect(await enrolling.mobile.openIcon(enrolling.id, token, { isPressed: true })).toEqual(DEAD);
      expect(await look(enrolling, token)).toEqual(DEAD);
    }
    for (const id of ['', 'x', '6f1c0f0e-3d7a-4f55-9a3f-6f6f6f6f6f6f'])
      expect(await enrolling.mobile.openIcon(id, enrolling.icon, { isPressed: true })).toEqual(DEAD);
    await expectWaiting(enrolling);
  });

  it('is active once it renews a certificate of its configuration, and not with its identity, which it had before', async () => {
    const enrolling = await sent();
    const { registrar } = stage.mobile;
    const identity = enrolling.identity?.certificate ?? new Uint8Array();
    expect(await registrar.renew(enrolling.id, await newPhoneKey(), identity)).toEqual(BAD_REQUEST);
    await expectWaiting(enrolling);
    const [current = new Uint8Array()] = enrolling.certificates;
    certificateOf(await registrar.renew(enrolling.id, await newPhoneKey(), current));
    await expectActive(enrolling);
  });

  thoroughIt('is not cancelled by its page or by another code, because it may work already', async () => {
    const enrolling = await sent();
    expect(await stage.mobile.cancel(enrolling.user, enrolling.id)).toMatchObject({ state: 'sent' });
    await (await stage.enrol(enrolling.user)).identify();
    await expectWaiting(enrolling);
    await enrolling.press();
    await expectActive(enrolling);
  });

  thoroughIt('can be added again after it dropped the profile, in its place', async () => {
    const lost = await sent();
    const again = await stage.enrol(lost.user, lost.phone);
    await again.install();
    await expectActive(again);
    expect(await lost.press()).toEqual({ kind: 'dead', language: 'en' });
    expect(await lost.status).toMatchObject({ state: 'cancelled' });
    const all = await stage.store.db.select().from(devices).where(eq(devices.ownerId, lost.user.id));
    expect(all.map(({ state }) => state).sort()).toEqual(['active', 'terminated']);
  });

  thoroughIt('can be deleted, and its icon then does nothing', async () => {
    const enrolling = await sent();
    await stage.mobile.delete(enrolling.user, (await stage.device(enrolling.user))?.id ?? '');
    expect(await enrolling.press()).toEqual({ kind: 'dead', language: 'en' });
    expect(await stage.device(enrolling.user)).toMatchObject({ state: 'terminated' });
  });

  thoroughIt('finds its icon finished if an operator has activated it, and renews like any other', async () => {
    const enrolling = await sent();
    const { id = '' } = (await stage.device(enrolling.user)) ?? {};
    await stage.store.db.update(devices).set({ state: 'active' }).where(eq(devices.id, id));
    expect([(await look(enrolling)).kind, (await enrolling.press()).kind]).toEqual(['finished', 'finished']);
    expect(await enrolling.status).toMatchObject({ state: 'installed' });
  });

  it('is not resumed by its icon if an operator has suspended it', async () => {
    const enrolling = await sent();
    const { id = '' } = (await stage.device(enrolling.user)) ?? {};
    for (const state of ['suspended', 'pending'] as const) {
      await stage.store.db.update(devices).set({ state }).where(eq(devices.id, id));
      expect((await look(enrolling)).kind).toBe(state === 'suspended' ? 'dead' : 'finish');
      expect((await enrolling.press()).kind).toBe(state === 'suspended' ? 'dead' : 'finished');
    }
    await expectActive(enrolling);
    await stage.store.db.update(devices).set({ state: 'suspended' }).where(eq(devices.id, id));
    expect([(await look(enrolling)).kind, (await enrolling.press()).kind]).toEqual(['dead', 'dead']);
    expect(await stage.device(enrolling.user)).toMatchObject({ state: 'suspended' });
  });
});

describe('a phone that shows that it has everything before the portal knows that its last answer arrived', () => {
  thoroughIt('is active if every certificate was issued, and not before', async () => {
    const enrolling = await stage.enrol();
    await enrolling.configure();
    const [first, second] = enrolling.challenges;
    certificateOf(await enrolling.ask(await newPhoneKey(), first));
    expect(await enrolling.press()).toEqual({ kind: 'dead', language: 'en' });
    expect(await enrolling.status).toMatchObject({ state: 'issued' });
    certificateOf(await enrolling.ask(await newPhoneKey(), second));
    expect(await enrolling.press()).toEqual({ kind: 'finished', language: 'en' });
    expect(await enrolling.status).toMatchObject({ state: 'installed' });
    expect(await stage.device(enrolling.user)).toMatchObject({ state: 'active' });
  });
});
