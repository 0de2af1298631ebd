import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { PortalUser, type InsertedCard, type Stage } from '@cardwright/stage';
import { ALICE } from '../../support/portal-options.js';
import { thoroughIt } from '../../support/thorough.js';
import { countDevices } from '../../support/workplace/device-count.js';
import { openSharedStage } from '../../support/workplace/shared-computer.js';

const NEW_PIN = '739154';

describe('Check Device', () => {
  const cards: InsertedCard[] = [];
  let stage: Stage;
  let alice: PortalUser;
  let count = 0;

  beforeAll(async () => {
    stage = await openSharedStage({ algorithm: 'P-256' });
    alice = await PortalUser.login(stage, ALICE);
  });
  afterAll(() => stage.close());

  beforeEach(async () => {
    count = await countDevices(alice);
  });
  afterEach(async () => {
    for (const card of cards.splice(0)) await card.pull();
  });

  const insert = async (profile: 'yubikey' | 'piv'): Promise<InsertedCard> => {
    const card = await stage.insert({ profile });
    cards.push(card);
    return card;
  };
  const finish = async (): Promise<void> => {
    await alice.choosePin(NEW_PIN);
    await alice.wizard.closes();
    const rows = await alice.devices(count + 1);
    expect(rows.filter(({ state }) => state === 'Active')).toHaveLength(count + 1);
  };

  it('asks for a device if there is none, and continues by itself once it is connected', async () => {
    await alice.addDevice();
    await alice.allowSite();
    await alice.wizard.pane('connect');
    await insert('yubikey');
    await finish();
  });

  thoroughIt('finds none on Refresh while there is none', async () => {
    await alice.addDevice();
    await alice.wizard.pane('connect');
    await alice.click('#refresh');
    await alice.wizard.pane('connect');
    await insert('yubikey');
    await finish();
  });

  for (const profile of ['yubikey', 'piv'] as const)
    thoroughIt(`takes none of two blank ${profile} cards until one is chosen`, async () => {
      const [left, right] = [await insert(profile), await insert(profile)];
      const untouched = readFileSync(left.stateFile);
      await alice.addDevice();
      await alice.wizard.pane('choose');
      await alice.wizard.choose(right.reader.name);
      await alice.click('#next');
      await finish();
      expect(readFileSync(left.stateFile).equals(untouched)).toBe(true);
      expect(readFileSync(right.stateFile).equals(untouched)).toBe(false);
    });

  thoroughIt('leaves a card as it was when the wizard is cancelled before anything was applied', async () => {
    const [left] = [await insert('yubikey'), await insert('yubikey')];
    const before = readFileSync(left.stateFile);
    await alice.addDevice();
    await alice.wizard.pane('choose');
    await alice.click('#cancel');
    await alice.wizard.closes();
    expect(readFileSync(left.stateFile).equals(before)).toBe(true);
    await expect(alice.devices(count)).resolves.toHaveLength(count);
  });
});
