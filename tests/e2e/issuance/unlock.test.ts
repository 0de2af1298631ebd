import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IndependentTools, PortalUser, findElement, type InsertedCard, type Stage } from '@cardwright/stage';
import { secretsOf } from '../../support/card-secrets.js';
import { hostsEnd } from '../../support/native-hosts.js';
import { openOwnStage } from '../../support/own-stage.js';
import { ALICE, portalOf } from '../../support/portal-options.js';

const FIRST_PIN = '739154';
const SECOND_PIN = '862713';
const THIRD_PIN = '481596';
const WRONG_PIN = '000000';
const PIN_TRIES = 3;

describe('a device whose owner forgot the PIN', () => {
  let stage: Stage;
  let card: InsertedCard;
  let tools: IndependentTools;
  const puk = (): string => secretsOf(card.stateFile).puk;
  const block = async (): Promise<void> => {
    await hostsEnd(stage);
    for (let number = 0; number < PIN_TRIES; number += 1) await tools.yubicoVerifyPin(WRONG_PIN);
  };

  beforeAll(async () => {
    stage = await openOwnStage({ readers: 1, portal: portalOf({ algorithm: 'P-256' }) });
    card = await stage.insert({ profile: 'yubikey' });
    tools = new IndependentTools(stage.env, card.reader.name);
    const alice = await PortalUser.login(stage, ALICE);
    await alice.addDevice();
    await alice.allowSite();
    await alice.choosePin(FIRST_PIN);
    await alice.wizardCloses();
    await alice.page.close();
  });
  afterAll(() => stage.close());

  it('gets another with one click on My Devices and one in the window; the old PIN and PUK are over', async () => {
    const before = puk();
    await block();
    const alice = await PortalUser.login(stage, ALICE);
    await alice.forgetPin();
    await alice.choosePin(SECOND_PIN);
    await alice.pane('ready');
    await alice.reads('Your new PIN is set');
    await alice.wizardCloses();
    await expect(alice.devices(1)).resolves.toMatchObject([{ state: 'Active' }]);
    await alice.page.close();

    await hostsEnd(stage);
    await expect(tools.openscLogin(FIRST_PIN)).resolves.toHaveProperty('succeeded', false);
    const signed = await tools.signAndVerify('9A', SECOND_PIN, 'EC');
    expect(signed).toEqual({ succeeded: true, text: 'Verified OK\n' });
    await expect(tools.takesPuk(before)).resolves.toBe(false);
    await expect(tools.takesPuk(puk())).resolves.toBe(true);
  });

  it('is led there with one click from Change PIN, where the PIN turns out to be blocked', async () => {
    await block();
    const alice = await PortalUser.login(stage, ALICE);
    await alice.changePin();
    await alice.pane('connect');
    await alice.reads('The PIN of this device is blocked.');
    await alice.click('#unlock');
    await alice.choosePin(THIRD_PIN);
    await alice.pane('ready');
    await alice.wizardCloses();
    await findElement(alice.page, '[data-operation="unlock"]', 'Forgot PIN?');
    await alice.page.close();
    await hostsEnd(stage);
    await expect(tools.signAndVerify('9A', THIRD_PIN, 'EC')).resolves.toHaveProperty('succeeded', true);
  });
});
