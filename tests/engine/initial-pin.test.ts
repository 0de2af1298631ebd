import { CardwrightError } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { TestCard } from '../support/host-and-card/test-card.js';
import { FakeDisplay } from '../integration/portal/support/fake-display.js';
import type { Pull } from '../support/host-and-card/pull.js';
import { CmsUser } from './support/cms-user.js';
import { FEW_SLOTS, TestCms } from './support/test-cms.js';
import { ALICE, OLGA } from './support/test-people.js';
import { everyOrOneIn } from '../support/thorough.js';

/** Operators are shown an initial PIN only if it is the PIN that the card has. */

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);
const olga = new CmsUser(cms, OLGA);

describe.each(['yubikey', 'piv'] as const)('the initial PIN of a %s', (model) => {
  let card: TestCard;

  beforeEach(() => {
    card = cms.newCard(model);
  });

  /** Returns the PIN that an operator reads, or the error code. */
  async function show(): Promise<string> {
    const display = await FakeDisplay.open();
    const { code, body } = await olga.askForInitialPin(cms.deviceOf(card).id, display.window);
    return code ?? (await display.read(body, olga)).secret;
  }

  const activate = () => olga.act(cms.deviceOf(card).id, 'activate');

  /** Runs a session whose user closes the PIN window. */
  async function giveUp(): Promise<OperationAnswer> {
    const host = await alice.openHost(card);
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    return alice.relay(host);
  }

  /** Runs a session that breaks off at the PIN, so that the CMS does not learn whether it was changed. */
  async function breakOffAtPin(when: Pull['when']): Promise<void> {
    const host = await alice.openHost(card);
    host.pull = { method: 'pin.change', when };
    expect(await alice.relay(host)).toMatchObject({ state: 'running', deviceState: 'pending' });
  }

  it('is shown after its user closed the PIN window', async () => {
    await giveUp();
    expect(await show()).toBe(card.pin);
    await activate();
    expect(await show()).toBe(card.pin);
  });

  it.each(everyOrOneIn<Pull['when']>(2, ['before', 'after']))(
    'is not shown, nor the device activated, while it is unknown whether it was changed (%s)',
    async (when) => {
      await breakOffAtPin(when);
      expect(cms.deviceOf(card).hasInitialPin).toBe(false);
      expect(await show()).toBe('DEVICE_STATE');
      expect((await activate()).code).toBe('DEVICE_STATE');
    },
  );

  it.each(everyOrOneIn<Pull['when']>(2, ['before', 'after']))(
    'is on the card again after a next session with a closed PIN window (%s)',
    async (when) => {
      await breakOffAtPin(when);
      expect(await giveUp()).toMatchObject({ state: 'running', deviceState: 'pending' });
      await activate();
      expect(await show()).toBe(card.pin);
      expect(card.fewestPukTries).toBe(3);
    },
  );

  it('is not shown after its user cancelled at the PIN, and is known again once she continues', async () => {
    const { operation } = await alice.issue(card, 'pin');
    card.pin = '739164';
    await alice.operate(`/${operation}/cancel`, {});
    expect(await show()).toBe('DEVICE_STATE');
    expect(cms.deviceOf(card).ownerActions).toEqual(['continue']);
    await giveUp();
    expect(await show()).toBe(card.pin);
  });

  it('is not shown once its user chose a PIN', async () => {
    await alice.issue(card);
    expect(await show()).toBe('DEVICE_STATE');
  });

  it('is not shown for a terminated device', async () => {
    await giveUp();
    await olga.act(cms.deviceOf(card).id, 'terminate');
    expect(await show()).toBe('DEVICE_STATE');
  });
});
