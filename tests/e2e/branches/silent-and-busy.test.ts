import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { PortalUser } from '@cardwright/stage';
import { heldAt, mutedAt } from '../../support/workplace/faults.js';
import { SHARING_VIOLATION } from '../../support/workplace/rider.js';
import { expectUsable } from '../../support/workplace/silicon.js';
import { Workplace } from '../../support/workplace/workplace.js';
import { everyOrNamed, thoroughDescribe } from '../../support/thorough.js';

const PIN = '739154';
/** The last APDU of reading the card for the list. */
const LOOKED_AT = { yubikey: 10, piv: 8 } as const;
const SELECT_PIV = '00A4040005A000000308';
/** PUT DATA of a CHUID, which needs authentication with the management key. */
const PUT_CHUID = '00DB3FFF095C035FC10253020000';
const REFUSED = '9000 6982';

let place: Workplace;
let alice: PortalUser;
beforeAll(async () => {
  place = await Workplace.open({ photographs: 'branches' });
  alice = await place.trustedEmployee();
});
afterEach(() => place.tidyUp({ keep: alice }));
afterAll(() => place.close());

const finish = async (): Promise<void> => {
  await alice.choosePin(PIN);
  await alice.wizard.closes();
};

/** The APDU with which a certificate is written. */
const WRITING = [
  ['yubikey', 52],
  ['piv', 34],
] as const;

thoroughDescribe('while a card is issued', () => {
  describe.each(WRITING)('a %s that falls silent while its certificates are written', (kind, apdu) => {
    it('is named, leaves no host behind, and continues after it was inserted again', async () => {
      const card = await place.insert(kind, mutedAt(apdu));
      const witness = await place.witness(card, alice);
      await alice.addDevice();
      await card.reaches(apdu - 1);
      await alice.wizard.paneBehind('error');
      // The time for an APDU has ended it: that for the whole step ends with `TIMEOUT`.
      await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CARD_MUTE' });
      await place.hostsEnd();
      await card.putBack();
      await alice.wizard.retry();
      await finish();
      await witness.expectSound(PIN);
    });
  });

  describe.each(['yubikey', 'piv'] as const)('a %s that another program takes before it is opened', (kind) => {
    it('is waited for, and issued when that program releases it', async () => {
      const card = await place.insert(kind, heldAt(LOOKED_AT[kind]));
      await alice.addDevice();
      await card.isHeld();
      // It tries already when the reading ends: nothing else comes first.
      const hold = await card.hold({ onWaiting: () => card.release() });
      await alice.reads('Another program is using this device. Waiting');
      await alice.lookAt(alice.page, 'wizard-waiting');
      await hold.release();
      await finish();
      await expectUsable(place.stage, card, PIN);
    });

    it('is busy after ten seconds, and issued when the user tries again', async () => {
      const card = await place.insert(kind, heldAt(LOOKED_AT[kind]));
      const before = card.memory;
      await alice.addDevice();
      await card.isHeld();
      // It tries already when the reading ends: nothing else comes first.
      const hold = await card.hold({ onWaiting: () => card.release() });
      await expect(alice.wizard.failure()).resolves.toMatchObject({
        code: 'DEVICE_BUSY',
        remedy: expect.stringMatching(/program/),
      });
      expect(card.memory).toEqual(before);
      await hold.release();
      await alice.wizard.retry();
      await finish();
      await expectUsable(place.stage, card, PIN);
    });
  });
});

const RIDDEN = everyOrNamed(['yubikey', 'piv'], 'yubikey');

describe.each(RIDDEN)('another program that tries to use a %s all the time', (kind) => {
  it('cannot use it during the issuance, and has none of our authentication afterwards', async () => {
    const card = await place.insert(kind, heldAt(20));
    await alice.addDevice();
    await card.isHeld();
    const rider = await place.ride(card, [SELECT_PIV, PUT_CHUID]);
    await rider.nextAttempts(1);
    card.release();
    const window = await alice.window('secret');
    await alice.lookAt(window, 'pin-ridden');
    await rider.nextAttempts(50);
    expect(rider.attempts.length).toBeGreaterThan(50);
    expect(new Set(rider.attempts)).toEqual(new Set([SHARING_VIOLATION]));
    await finish();
    await place.hostsEnd();
    const after = (await rider.nextAttempts(30)).filter((attempt) => !attempt.startsWith('refused'));
    await rider.stop();
    expect(after.length).toBeGreaterThan(5);
    expect(new Set(after)).toEqual(new Set([REFUSED]));
    await expectUsable(place.stage, card, PIN);
  });
});
