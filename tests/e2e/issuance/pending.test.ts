// Alone proves: a pending issuance is taken up again in the browser.
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import {
  IndependentTools,
  OperatorPage,
  PortalUser,
  askProgram,
  findElement,
  type InsertedCard,
  type Stage,
} from '@cardwright/stage';
import { readCa } from '../../support/card-judgement.js';
import { ALICE, OSCAR } from '../../support/portal-options.js';
import { openSharedStage } from '../../support/workplace/shared-computer.js';

const OWN_PIN = '862713';

describe('a device whose PIN window was closed', () => {
  let stage: Stage;
  let card: InsertedCard;
  let initialPin: string;

  beforeAll(async () => {
    stage = await openSharedStage({ algorithm: 'P-256' });
    card = await stage.insert({ profile: 'yubikey' });
  });
  afterAll(() => stage.close());

  /** Counts the certificates on the CRL, as openssl reads it. */
  const onHold = async (): Promise<number> => {
    const { crl } = await readCa(stage);
    const { text } = await askProgram('openssl', ['crl', '-noout', '-text'], { input: crl });
    return text.match(/Certificate Hold/g)?.length ?? 0;
  };

  it('is Pending, with its certificates on hold', async () => {
    const alice = await PortalUser.login(stage, ALICE);
    await alice.addDevice();
    await alice.allowSite();
    await alice.refusePin();
    await alice.wizard.pane('pending');
    await alice.click('#cancel');
    await alice.wizard.closes();
    await expect(alice.devices(1)).resolves.toMatchObject([{ state: 'PIN missing' }]);
    await expect(onHold()).resolves.toBe(4);
    await alice.page.close();
  });

  it('is activated by an operator, off hold, and has the initial PIN that the operator is shown', async () => {
    const oscar = await PortalUser.login(stage, OSCAR);
    const devices = new OperatorPage(oscar);
    await devices.deviceIs('pending');
    const pin = await devices.showInitialPin();
    initialPin = pin;
    expect(pin).toMatch(/^\d{6,8}$/);
    await devices.act('activate');
    await devices.deviceIs('active');
    await expect(onHold()).resolves.toBe(0);
    const tools = new IndependentTools(stage.env, card.reader.name);
    const signed = await tools.signAndVerify('9A', pin, 'EC');
    expect(signed.text.replaceAll(pin, '')).toBe('Verified OK\n');
    await oscar.click('#tab-audit');
    await oscar.reads('Initial PIN shown');
    const page = await oscar.page.content();
    expect(page.includes(pin)).toBe(false);
    await oscar.page.close();
  });

  it('lets its owner set her own PIN: a wrong one is asked for again, and afterwards only the new one is valid', async () => {
    const alice = await PortalUser.login(stage, ALICE);
    await expect(alice.devices(1)).resolves.toMatchObject([
      { state: 'Active', text: expect.stringContaining('The device still has its initial PIN.') },
    ]);
    await alice.changePin();
    await alice.typePins('000000', OWN_PIN);
    const again = await alice.window('secret');
    await findElement(again, '#problem:not([hidden])', 'That PIN is incorrect.');
    await findElement(again, '#tries', '2');
    await alice.typePins(initialPin, OWN_PIN);
    await alice.wizard.pane('ready');
    await alice.reads('Your PIN is changed');
    await alice.wizard.closes();
    await findElement(alice.page, '[data-operation="change-pin"]', 'Change PIN');
    const [row] = await alice.devices(1);
    expect(row?.text).not.toContain('initial PIN');
    const tools = new IndependentTools(stage.env, card.reader.name);
    await expect(tools.openscLogin(initialPin)).resolves.toHaveProperty('succeeded', false);
    await expect(tools.signAndVerify('9A', OWN_PIN, 'EC')).resolves.toEqual({ succeeded: true, text: 'Verified OK\n' });
    await alice.page.close();
  });
});
