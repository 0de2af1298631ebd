import { CardwrightError, type OperationAnswer } from '@cardwright/protocol';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { TestCard } from '../support/host-and-card/test-card.js';
import { FakeDisplay } from '../integration/portal/support/fake-display.js';
import type { Pull } from '../support/host-and-card/pull.js';
import { CmsUser } from './support/cms-user.js';
import { FEW_SLOTS, TestCms } from './support/test-cms.js';
import { ALICE, OLGA } from './support/test-people.js';

/** What an operator is shown as the initial PIN of a device is the PIN of its card, or it is not shown. */

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);
const olga = new CmsUser(cms, OLGA);

describe.each(['yubikey', 'piv'] as const)('the initial PIN of a %s', (model) => {
  let card: TestCard;

  beforeEach(() => {
    card = cms.newCard(model);
  });

  /** The PIN that an operator reads, or the code of the error. */
  async function show(): Promise<string> {
    const display = await FakeDisplay.open();
    const { code, body } = await olga.askForInitialPin(cms.deviceOf(card).id, display.window);
    return code ?? (await display.read(body, olga)).secret;
  }

  const activate = () => olga.act(cms.deviceOf(card).id, 'activate');

  /** A session whose user closes the PIN window. */
  async function giveUp(): Promise<OperationAnswer> {
    const host = await alice.openHost(card);
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    return alice.relay(host);
  }

  /** A session that ends at the PIN, so that the CMS does not hear whether it was changed. */
  async function breakOffAtPin(when: Pull['when']): Promise<void> {
    const host = await alice.openHost(card);
    host.pull = { method: 'pin.change', when };
    expect(await alice.relay(host)).toMatchObject({ state: 'running', deviceState: 'pending' });
  }

  it('is shown when its user closed the PIN window', async () => {
    await giveUp();
    expect(await show()).toBe(card.pin);
    await activate();
    expect(await show()).toBe(card.pin);
  });

  it.each<Pull['when']>(['before', 'after'])(
    'is not shown while nobody knows whether it was changed (%s), nor is the device activated',
    async (when) => {
      await breakOffAtPin(when);
      expect(cms.deviceOf(card).hasInitialPin).toBe(false);
      expect(await show()).toBe('DEVICE_STATE');
      expect((await activate()).code).toBe('DEVICE_STATE');
    },
  );

  it.each<Pull['when']>(['before', 'after'])(
    'is on the card again when the next session ends with a closed PIN window (%s)',
    async (when) => {
      await breakOffAtPin(when);
      expect(await giveUp()).toMatchObject({ state: 'running', deviceState: 'pending' });
      await activate();
      expect(await show()).toBe(card.pin);
      expect(card.fewestPukTries).toBe(3);
    },
  );

  it('is not shown after its user cancelled at the PIN; she continues, and then it is known again', async () => {
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

  it('is not shown of a device that is over', async () => {
    await giveUp();
    await olga.act(cms.deviceOf(card).id, 'terminate');
    expect(await show()).toBe('DEVICE_STATE');
  });
});
