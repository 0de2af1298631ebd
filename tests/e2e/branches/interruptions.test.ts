// Alone proves: a pull and a cancel in Chromium leave the wizard with a way on.
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { DeviceRow, PortalUser } from '@cardwright/stage';
import { countDevices } from '../../support/workplace/device-count.js';
import { heldAt, pulledAfter } from '../../support/workplace/faults.js';
import type { StagedCard } from '../../support/workplace/staged-card.js';
import { expectUsable } from '../../support/workplace/silicon.js';
import { Workplace } from '../../support/workplace/workplace.js';
import { everyOrNamed, thoroughIt } from '../../support/thorough.js';

const PIN = '739154';
/** APDUs at which the card is opened, and at which its keys are made, after its secrets were replaced. */
const EARLY = { yubikey: 18, piv: 13 } as const;
const LATE = { yubikey: 46, piv: 30 } as const;

let place: Workplace;
let alice: PortalUser;
let known: number;
beforeAll(async () => {
  place = await Workplace.open({ photographs: 'branches' });
  alice = await place.trustedEmployee();
});
afterEach(async () => {
  place.setAuthority('answer');
  await place.tidyUp({ keep: alice });
});
afterAll(() => place.close());

/** Issues a card until an APDU is running, and holds it there until the card is released. */
const begin = async (kind: 'yubikey' | 'piv', apdu: number): Promise<StagedCard> => {
  known = await countDevices(alice);
  const card = await place.insert(kind, heldAt(apdu));
  await alice.addDevice();
  await card.isHeld();
  return card;
};

const finish = async (): Promise<void> => {
  await alice.choosePin(PIN);
  await alice.wizard.closes();
};

/** Returns the row of the card that was begun last, once it exists. All other rows are Active. */
const row = async (): Promise<DeviceRow | undefined> =>
  (await alice.devices(known + 1)).find(({ state }) => state !== 'Active');

describe('a YubiKey that is pulled during its issuance', () => {
  it('is asked for, and finishes when it is back', async () => {
    const card = await place.insert('yubikey', pulledAfter(33));
    const witness = await place.witness(card, alice);
    await alice.addDevice();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CARD_REMOVED' });
    await card.putBack();
    await alice.wizard.retry();
    await finish();
    await witness.expectSound(PIN);
  });
});

describe('an issuance that a second tab takes over', () => {
  thoroughIt('is reported as moved in the first tab, and continues in the second', async () => {
    const card = await begin('yubikey', LATE.yubikey);
    // The first tab has results that do not reach the portal, while the card goes to the second one.
    await alice.page.setOfflineMode(true);
    card.release();
    await alice.reads('The portal does not answer. Trying again');
    await card.putBack();
    const second = await alice.newTab();
    await second.addDevice();
    await second.window('secret');
    await alice.page.setOfflineMode(false);
    await second.choosePin(PIN);
    await second.wizard.closes();
    await alice.page.bringToFront();
    await expect(alice.wizard.failure()).resolves.toMatchObject({
      code: 'OPERATION_MOVED',
      remedy: expect.stringContaining('Continue in the other tab'),
    });
    await alice.click('#cancel');
    await alice.wizard.closes();
    await expectUsable(place.stage, card, PIN);
  });
});

describe('a certification authority', () => {
  thoroughIt('ends the issuance if it refuses: the device is failed, and its owner continues', async () => {
    place.setAuthority('refuse', '9C');
    known = await countDevices(alice);
    const card = await place.insert('yubikey');
    await alice.addDevice();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CA_REFUSED' });
    await alice.reads('The profile does not allow this subject.');
    await alice.click('#cancel');
    await alice.wizard.closes();
    await expect(row()).resolves.toMatchObject({
      state: 'Setup failed',
      text: expect.stringMatching(/certification authority refused[^]*Finish setup[^]*Start over/),
    });

    place.setAuthority('answer');
    await alice.click('[data-action=continue]');
    await finish();
    await expectUsable(place.stage, card, PIN);
    expect((await alice.devices()).length).toBe(known + 1);
  });

  thoroughIt('lets the owner start again with an erased device if it refuses', async () => {
    place.setAuthority('refuse');
    known = await countDevices(alice);
    const card = await place.insert('yubikey');
    await alice.addDevice();
    await expect(alice.wizard.failure()).resolves.toMatchObject({ code: 'CA_REFUSED' });
    await alice.click('#cancel');
    await alice.wizard.closes();
    const before = Object.values(card.memory.keys).map(({ privateKey }) => privateKey);

    place.setAuthority('answer');
    await alice.click('[data-action=start-again]');
    await alice.wizard.pane('choose');
    await alice.wizard.choose('Erase and use');
    await alice.click('#next', 'Erase and use');
    await alice.confirmErasing();
    await finish();
    await expectUsable(place.stage, card, PIN);
    const after = Object.entries(card.memory.keys).filter(([slot]) => slot !== '0xF9');
    for (const [, { privateKey }] of after) expect(before).not.toContain(privateKey);
  });

  thoroughIt('is waited for while it cannot be reached', async () => {
    place.setAuthority('unreachable', '9D');
    const card = await place.insert('yubikey');
    await alice.addDevice();
    await alice.reads('The certification authority does not answer. Trying again');
    await alice.lookAt(alice.page, 'wizard-waiting');
    place.setAuthority('answer');
    await finish();
    await expectUsable(place.stage, card, PIN);
  });
});

describe.each(everyOrNamed(['yubikey', 'piv'], 'piv'))('Cancel while a %s is issued', (kind) => {
  thoroughIt('leaves it as it was, before anything was applied', async () => {
    const card = await begin(kind, EARLY[kind]);
    const before = card.memory;
    await alice.click('#cancel');
    await alice.wizard.closes();
    card.release();
    await place.hostsEnd();
    expect(card.memory).toEqual(before);
    await alice.devices(known);
    await card.putBack();
    await alice.addDevice();
    await finish();
    await expectUsable(place.stage, card, PIN);
  });

  it('asks first if the device was changed, and leaves it failed, with a way to continue', async () => {
    const card = await begin(kind, LATE[kind]);
    await alice.click('#cancel');
    await alice.wizard.pane('stop');
    await alice.click('#stop');
    await alice.wizard.closes();
    card.release();
    await place.hostsEnd();
    await expect(row()).resolves.toMatchObject({ state: 'Setup failed', text: expect.stringContaining('cancelled') });
    await card.putBack();
    await alice.click('[data-action=continue]');
    await finish();
    await expectUsable(place.stage, card, PIN);
  });
});

describe("a user's own half-issued device", () => {
  thoroughIt('is named as half-issued beside a blank one, and is continued', async () => {
    const card = await begin('piv', LATE.piv);
    await alice.reload();
    card.release();
    await place.hostsEnd();
    const blank = await place.insert('piv');
    const before = blank.memory;
    await expect(row()).resolves.toMatchObject({ text: expect.stringContaining('not finished') });
    await alice.addDevice();
    await alice.wizard.pane('choose');
    await alice.wizard.choose('Setup was interrupted.');
    await alice.click('#next', 'Finish setup');
    await finish();
    expect(blank.memory).toEqual(before);
    await expectUsable(place.stage, card, PIN);
  });
});
