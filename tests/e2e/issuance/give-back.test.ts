import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IndependentTools, OperatorPage, PortalUser, type InsertedCard, type Stage } from '@cardwright/stage';
import { expectIssued } from '../../support/card-judgement.js';
import { hostsEnd } from '../../support/native-hosts.js';
import { ALICE, BOB, OSCAR } from '../../support/portal-options.js';
import { thoroughIt } from '../../support/thorough.js';
import { openSharedStage } from '../../support/workplace/shared-computer.js';

const PIN = '739154';
const BOBS_PIN = '481596';
const FACTORY_PUK = '12345678';

describe('a device that its owner gives back', () => {
  let stage: Stage;

  beforeAll(async () => {
    stage = await openSharedStage({ algorithm: 'P-256' });
  });
  afterAll(() => stage.close());

  /** Issues the card in the reader to a user. */
  async function issue(user: PortalUser, pin: string, isFirst: boolean): Promise<void> {
    await user.addDevice();
    if (isFirst) await user.allowSite();
    await user.choosePin(pin);
    await user.wizard.closes();
  }

  /** Issues a card to Alice, who gives it back by one click here and one in the window that explains the loss. */
  async function giveBack(card: InsertedCard, isFirst: boolean): Promise<void> {
    const alice = await PortalUser.login(stage, ALICE);
    await issue(alice, PIN, isFirst);
    await alice.click('[data-operation="erase"]');
    await alice.confirmErasing();
    await alice.wizard.pane('ready');
    await alice.wizard.closes();
    await alice.reads('No longer used');
    await expect(alice.devices(0)).resolves.toEqual([]);
    await alice.page.close();
    await hostsEnd(stage);
    await expect(new IndependentTools(stage.env, card.reader.name).openscLogin(PIN)).resolves.toHaveProperty(
      'succeeded',
      false,
    );
  }

  it('looks new to ykman if it is a YubiKey', async () => {
    const card = await stage.insert({ profile: 'yubikey' });
    await giveBack(card, true);
    const { succeeded, text } = await new IndependentTools(stage.env, card.reader.name).ykmanInfo();
    expect(succeeded).toBe(true);
    expect(text).toMatch(/WARNING: Using default PIN/);
    expect(text).toMatch(/WARNING: Using default PUK/);
    expect(text).toMatch(/WARNING: Using default Management key/);
    expect(text).not.toMatch(/Slot 9[ACD]|Issuer DN/);
    await card.pull();
  });

  thoroughIt(
    'is overwritten and issued to another person after an operator has released it, if it is a plain card',
    async () => {
      const card = await stage.insert({ profile: 'piv' });
      const alice = await PortalUser.login(stage, ALICE);
      await issue(alice, PIN, false);
      await alice.page.close();
      const oscar = await PortalUser.login(stage, OSCAR);
      const devices = new OperatorPage(oscar);
      await devices.act('terminate');
      await devices.act('release');
      await oscar.reads('Released: ');
      await oscar.page.close();
      const bob = await PortalUser.login(stage, BOB);
      await bob.addDevice();
      await bob.wizard.pane('choose');
      await bob.wizard.choose('It was used before');
      await bob.click('#next', 'Erase and use');
      await bob.confirmErasing();
      await bob.choosePin(BOBS_PIN);
      await bob.wizard.closes();
      await expect(bob.devices(1)).resolves.toMatchObject([{ state: 'Active' }]);
      await bob.page.close();
      await expectIssued(stage, card, BOBS_PIN, 'EC');
      await card.pull();
    },
  );

  thoroughIt('is issued to another person, if it is a plain card that cannot erase itself', async () => {
    const card = await stage.insert({ profile: 'piv' });
    await giveBack(card, false);
    const tools = new IndependentTools(stage.env, card.reader.name);
    await expect(tools.refusesPuk(FACTORY_PUK)).resolves.toBe(false);
    const bob = await PortalUser.login(stage, BOB);
    await issue(bob, BOBS_PIN, false);
    await expect(bob.devices(2)).resolves.toMatchObject([{ state: 'Active' }, { state: 'Active' }]);
    await bob.page.close();
    await expectIssued(stage, card, BOBS_PIN, 'EC');
    await card.pull();
  });
});
