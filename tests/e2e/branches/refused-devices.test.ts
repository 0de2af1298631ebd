import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { OperatorPage, type PortalUser } from '@cardwright/stage';
import { BOB, OSCAR } from '../../support/portal-options.js';
import { useBefore } from '../../support/workplace/earlier-use.js';
import { contactless, locked, mutedAt } from '../../support/workplace/faults.js';
import type { StagedCard } from '../../support/workplace/staged-card.js';
import { Workplace } from '../../support/workplace/workplace.js';
import { thoroughDescribe, thoroughIt } from '../../support/thorough.js';

const PIN = '739154';

let place: Workplace;
let alice: PortalUser;

/** Expects that the wizard lists a device with the reason, and offers nothing to select. */
async function expectRefused(reason: string): Promise<void> {
  await alice.addDevice();
  await alice.reads(reason);
  await alice.wizard.pane('connect');
  await expect(alice.wizard.refusals()).resolves.toMatchObject([{ reason }]);
  await expect(alice.page.$$('>>> label.device')).resolves.toEqual([]);
  await alice.click('#cancel');
  await alice.wizard.closes();
}

async function issue(): Promise<void> {
  await alice.addDevice();
  await alice.choosePin(PIN);
  await alice.wizard.closes();
}

describe('a card that cannot be issued', () => {
  beforeAll(async () => {
    place = await Workplace.open({ photographs: 'branches', reset: 'refuse' });
    alice = await place.trustedEmployee();
  });
  afterEach(() => place.tidyUp({ keep: alice }));
  afterAll(() => place.close());

  thoroughIt('is refused when it has no known application', async () => {
    await place.insert('no-piv');
    await expectRefused('This device has no application that Cardwright knows.');
  });

  thoroughIt('is refused when PIN and PUK are blocked and nothing can erase it', async () => {
    const card = await place.insert('yubikey', locked);
    await expectRefused("The PIN and PUK of this device are blocked, and your organisation doesn't allow erasing it.");
    expect(card.tries).toEqual([0, 0]);
  });

  thoroughIt('is refused when it does not answer, and issued when it does', async () => {
    const card = await place.insert('yubikey', mutedAt(1));
    await expectRefused("This device isn't responding.");
    await card.putBack();
    await issue();
  });

  thoroughIt('is refused while another program has it, and taken as soon as that program releases it', async () => {
    const card = await place.insert('yubikey');
    const hold = await card.hold();
    await alice.addDevice();
    await alice.reads('Another program is using this device.');
    await alice.wizard.pane('connect');
    await hold.release();
    await alice.choosePin(PIN);
    await alice.wizard.closes();
  });

  thoroughIt('is refused in a reader without contacts', async () => {
    const card = await place.insert('piv', contactless);
    await expectRefused('This device can only be set up in a reader with contacts.');
    expect(card.tries).toEqual([3, 3]);
  });

  it('is refused if it was used and the policy forbids its erasure', async () => {
    const card = await place.insert('yubikey');
    await useBefore(place.stage.env, card);
    const before = card.memory;
    await expectRefused("This device was used before, and your organisation doesn't allow erasing it.");
    expect(card.memory).toEqual(before);
  });

  thoroughIt('is refused when it was used and nothing can erase it', async () => {
    const card = await place.insert('piv');
    await useBefore(place.stage.env, card);
    const before = card.memory;
    await expectRefused("This device was used before, and it can't be erased.");
    expect(card.memory).toEqual(before);
  });
});

thoroughDescribe('a portal that issues YubiKeys alone', () => {
  beforeAll(async () => {
    place = await Workplace.open({ photographs: 'branches', models: ['yubikey'] });
    alice = await place.trustedEmployee();
  });
  afterEach(() => place.tidyUp({ keep: alice }));
  afterAll(() => place.close());

  it('is refused if it is of another kind', async () => {
    await place.insert('piv');
    await expectRefused("Your organisation doesn't use devices of this kind.");
  });
});

thoroughDescribe('a card that the portal has issued', () => {
  let card: StagedCard;

  beforeAll(async () => {
    place = await Workplace.open({ photographs: 'branches' });
    alice = await place.trustedEmployee();
    card = await place.insert('yubikey');
    await issue();
  });
  afterAll(() => place.close());

  const operator = async (action: 'suspend' | 'terminate', state: string): Promise<void> => {
    const oscar = await place.employee(OSCAR);
    const devices = new OperatorPage(oscar);
    await devices.act(action);
    await devices.deviceIs(state);
    await oscar.page.close();
  };

  it('is refused if it is already issued', async () => {
    await expectRefused('This device is already set up for you.');
  });

  it('is refused for another person, without the name of its owner', async () => {
    const before = card.memory;
    alice = await place.employee(BOB);
    await expectRefused('This device belongs to someone else.');
    expect(card.memory).toEqual(before);
  });

  it('is refused while it is suspended', async () => {
    await operator('suspend', 'suspended');
    alice = await place.employee();
    await expectRefused('This device is suspended. Ask your help desk to resume it.');
  });

  it('is refused for anyone if it was terminated', async () => {
    await operator('terminate', 'terminated');
    alice = await place.employee(BOB);
    await expectRefused('This device was terminated. Your help desk can release it for another setup.');
  });
});
