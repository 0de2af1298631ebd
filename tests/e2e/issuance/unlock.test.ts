import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { IndependentTools, PortalUser, findElement, type InsertedCard, type Stage } from '@cardwright/stage';
import { sql } from 'drizzle-orm';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { secretsOf } from '../../support/card-secrets.js';
import { hostsEnd } from '../../support/native-hosts.js';
import { ALICE } from '../../support/portal-options.js';
import { thoroughIt } from '../../support/thorough.js';
import { joinSharedComputer } from '../../support/workplace/shared-computer.js';
import { click, fill } from '../../support/wait-for.js';

const FIRST_PIN = '739154';
const SECOND_PIN = '862713';
const THIRD_PIN = '481596';
const WRONG_PIN = '000000';
const PIN_TRIES = 3;

describe('a device whose owner forgot the PIN', () => {
  let stage: Stage;
  let database: string;
  let card: InsertedCard;
  let tools: IndependentTools;
  const puk = (): string => secretsOf(card.stateFile).puk;
  const block = async (): Promise<void> => {
    await hostsEnd(stage);
    for (let number = 0; number < PIN_TRIES; number += 1) await tools.yubicoVerifyPin(WRONG_PIN);
  };

  beforeAll(async () => {
    ({ stage, database } = await joinSharedComputer({ algorithm: 'P-256' }));
    card = await stage.insert({ profile: 'yubikey' });
    tools = new IndependentTools(stage.env, card.reader.name);
    const alice = await PortalUser.login(stage, ALICE);
    await alice.addDevice();
    await alice.allowSite();
    await alice.choosePin(FIRST_PIN);
    await alice.wizard.closes();
    await alice.page.close();
  });
  afterAll(async () => {
    await card.pull();
    await stage.close();
  });

  /** Makes all logins an hour older. */
  async function ageLogins(): Promise<void> {
    const store = await openPortalDatabase({ url: database });
    await store.db.execute(sql`UPDATE sessions SET proved_at = now() - interval '1 hour'`);
    await store.close();
  }

  it('gets another with one click on My Devices and one in the window; the old PIN and PUK are invalid', async () => {
    const before = puk();
    await block();
    const alice = await PortalUser.login(stage, ALICE);
    await alice.forgetPin();
    await alice.choosePin(SECOND_PIN);
    await alice.wizard.pane('ready');
    await alice.reads('Your new PIN is set');
    await alice.wizard.closes();
    await expect(alice.devices(1)).resolves.toMatchObject([{ state: 'Active' }]);
    await alice.page.close();

    await hostsEnd(stage);
    await expect(tools.openscLogin(FIRST_PIN)).resolves.toHaveProperty('succeeded', false);
    const signed = await tools.signAndVerify('9A', SECOND_PIN, 'EC');
    expect(signed).toEqual({ succeeded: true, text: 'Verified OK\n' });
    await expect(tools.takesPuk(before)).resolves.toBe(false);
    await expect(tools.takesPuk(puk())).resolves.toBe(true);
  });

  thoroughIt(
    'gets another with three clicks if its owner has been logged in for long: the password is asked for in place',
    async () => {
      const before = puk();
      await block();
      const alice = await PortalUser.login(stage, ALICE);
      await ageLogins();
      await alice.forgetPin();
      await alice.wizard.pane('prove');
      expect(puk()).toBe(before);
      const form = '>>> cardwright-operation[kind=unlock] portal-fresh-proof >>> ';
      await fill(alice.page, `${form}#password`, ALICE.password);
      await click(alice.page, `${form}#prove`);
      await alice.choosePin(FIRST_PIN);
      await alice.wizard.pane('ready');
      await alice.wizard.closes();
      await alice.page.close();
      await hostsEnd(stage);
      await expect(tools.signAndVerify('9A', FIRST_PIN, 'EC')).resolves.toHaveProperty('succeeded', true);
    },
  );

  thoroughIt('gets another with one click from Change PIN if the PIN turns out to be blocked', async () => {
    await block();
    const alice = await PortalUser.login(stage, ALICE);
    await alice.changePin();
    await alice.wizard.pane('connect');
    await alice.reads('The PIN of this device is blocked.');
    await alice.click('#unlock');
    await alice.choosePin(THIRD_PIN);
    await alice.wizard.pane('ready');
    await alice.wizard.closes();
    await findElement(alice.page, '[data-operation="unlock"]', 'Forgot PIN?');
    await alice.page.close();
    await hostsEnd(stage);
    await expect(tools.signAndVerify('9A', THIRD_PIN, 'EC')).resolves.toHaveProperty('succeeded', true);
  });
});
