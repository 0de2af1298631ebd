import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eq } from 'drizzle-orm';
import { devices } from '../../../../portal/src/server/store/schema.js';
import type { Enrolling } from '../mobile/support/enrolling.js';
import { MobileStage } from '../mobile/support/mobile-stage.js';
import { TestPhone } from '../mobile/support/test-phone.js';
import { thoroughIt } from '../../../support/thorough.js';

/**
 * An attacker has a genuine phone and its key, and has it give the UDID and the serial number of another person's phone. Apple's certificate names
 * neither, so the portal holds each key to what it signed first, and lets nobody pay for what another key says.
 */

const NOT_GENUINE = { code: 'PHONE_NOT_GENUINE' };

let stage: MobileStage;
beforeAll(async () => {
  stage = await MobileStage.start();
});
afterAll(() => stage.close());

const devicesOf = async ({ user: { id } }: Enrolling) =>
  (await stage.store.db.select().from(devices).where(eq(devices.ownerId, id))).map(({ state, serial }) => ({
    state,
    serial,
  }));

const claimOf = ({ facts: { udid, serial } }: TestPhone) => ({ udid, serial });

describe('a phone that gives UDID and serial number of another', () => {
  it('does not keep the other phone from its owner, whoever was first', async () => {
    const [attackers, owners] = [await TestPhone.make(), await TestPhone.make()];
    const attack = await stage.enrol(undefined, attackers.lying(claimOf(owners)));
    await attack.install();
    const owning = await stage.enrol(undefined, owners);
    await owning.install();
    expect(await devicesOf(owning)).toEqual([{ state: 'active', serial: owners.facts.serial }]);
    // Nor does the owner's phone end anything of the attacker, who might be the one who tells the truth.
    expect(await devicesOf(attack)).toMatchObject([{ state: 'active' }]);
  });

  it('is refused if its key has signed for itself before, and ends nothing', async () => {
    const [attackers, owners] = [await TestPhone.make(), await TestPhone.make()];
    await (await stage.enrol(undefined, attackers)).identify();
    for (const claim of [{ udid: owners.facts.udid }, { serial: owners.facts.serial }, claimOf(owners)]) {
      const attack = await stage.enrol(undefined, attackers.lying(claim));
      await expect(attack.identify()).rejects.toMatchObject(NOT_GENUINE);
      expect(await attack.status).toMatchObject({ state: 'downloaded', phone: null, failure: null });
      const [refusal] = (await stage.log(attack.id)).filter(({ event }) => event === 'mobile.phone-refused');
      expect(refusal?.detail.reason).toBe('The key has signed for another phone before.');
    }
  });

  it('cannot say something else in its request for the configuration', async () => {
    const enrolling = await stage.enrol();
    await enrolling.getIdentity();
    if (!enrolling.identity) throw new Error('the phone has an identity');
    const { certificate, key } = enrolling.identity;
    const lying = enrolling.phone.lying(claimOf(await TestPhone.make()));
    await expect(enrolling.post(lying.ask(certificate, key))).rejects.toMatchObject(NOT_GENUINE);
  });
});

describe('a phone that was erased', () => {
  it('takes the place of the device that it was before, though its key is another', async () => {
    const before = await stage.enrol();
    await before.install();
    const again = await stage.enrol(before.user, await before.phone.erased());
    await again.install();
    expect((await devicesOf(again)).map(({ state }) => state).sort()).toEqual(['active', 'terminated']);
  });

  thoroughIt('stays suspended', async () => {
    const before = await stage.enrol();
    await before.install();
    await stage.store.db.update(devices).set({ state: 'suspended' }).where(eq(devices.ownerId, before.user.id));
    const again = await stage.enrol(before.user, await before.phone.erased());
    await expect(again.identify()).rejects.toMatchObject({ code: 'PHONE_REFUSED' });
  });

  it('may be given to someone else, who need not wait for its former user', async () => {
    const before = await stage.enrol();
    await before.install();
    const after = await stage.enrol(undefined, await before.phone.erased());
    await after.install();
    expect(await devicesOf(after)).toMatchObject([{ state: 'active' }]);
    expect(await devicesOf(before)).toMatchObject([{ state: 'active' }]);
  });
});
