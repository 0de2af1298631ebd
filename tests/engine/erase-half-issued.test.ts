import { describe, expect, it } from '@jest/globals';
import type { ActionName } from '@cardwright/cms/devices';
import { CardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { TestCard } from '../support/host-and-card/test-card.js';
import { everyOrNamed } from '../support/thorough.js';
import { CmsUser } from './support/cms-user.js';
import { TestCms, type ShownDevice } from './support/test-cms.js';
import { ALICE, BOB, OLGA } from './support/test-people.js';
import { UNCONFIRMED } from './support/unconfirmed.js';

const cms = await TestCms.open();
const [alice, bob, olga] = [ALICE, BOB, OLGA].map((person) => new CmsUser(cms, person)) as [CmsUser, CmsUser, CmsUser];
let card: TestCard;

const newYubikey = (): TestCard => cms.newCard('yubikey');
const actionFor = async (user: CmsUser): Promise<unknown> => (await user.judge(card)).action;
/** The rows of the card in Alice's list. */
const rows = (): ShownDevice[] => alice.devices.filter(({ serial }) => serial === card.serial);
/** The row of an id in the operator's list. */
const rowOf = (id = ''): ShownDevice | undefined => cms.devices.find((device) => device.id === id);

describe("a user's own half-issued card that is locked", () => {
  it('is erased: its row is given back, and another one is issued', async () => {
    card = newYubikey();
    await alice.relay(await alice.openHost(card), ({ phase }) => phase.name === 'certificates');
    const [before] = rows();
    card.isPinBlocked = true;
    card.pukTries = 0;
    expect(await actionFor(alice)).toBe('erase');
    expect(await actionFor(bob)).toBe(null);

    const unconfirmed = await alice.openHost(card);
    unconfirmed.confirm = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    expect(await alice.relay(unconfirmed)).toMatchObject({ state: 'cancelled', deviceState: 'producing' });
    expect(rows()).toEqual([{ ...before, hasInitialPin: false, updatedAt: expect.any(Date) }]);

    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(rows()).toMatchObject([{ state: 'active', guid: card.guid }]);
    const old = rowOf(before?.id);
    expect(old?.state).toBe('available');
    expect(old?.certificates.map(({ status }) => status)).toEqual(['revoked', 'revoked', 'revoked', 'revoked']);
  });

  const lock = (): void => {
    card.isPinBlocked = true;
    card.pukTries = 0;
  };

  /** Makes a card whose issuance was interrupted when only its PIN was missing, and that is locked since. */
  async function newLockedPendingCard() {
    card = newYubikey();
    const host = await alice.openHost(card);
    host.pull = { method: 'pin.change', when: 'before' };
    expect(await alice.relay(host)).toMatchObject({ state: 'running', deviceState: 'pending' });
    lock();
    const [row] = rows();
    expect(row).toMatchObject({ state: 'pending', ownerActions: ['continue'] });
    return row;
  }

  it('is erased and given back also if it was pending', async () => {
    const before = await newLockedPendingCard();
    expect(await actionFor(alice)).toBe('erase');
    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(card.erasures).toBe(1);
    expect(rows()).toMatchObject([{ state: 'active', guid: card.guid }]);
    const old = rowOf(before?.id);
    expect(old?.state).toBe('available');
    expect(old?.certificates.map(({ status }) => status)).toEqual(['revoked', 'revoked', 'revoked', 'revoked']);
  });

  it.each(everyOrNamed<ErrorCode>(UNCONFIRMED, 'USER_CANCELLED'))(
    'stays as it was if it was pending and its user answers %s: she can try again',
    async (code) => {
      const before = await newLockedPendingCard();
      const host = await alice.openHost(card);
      host.confirm = () => {
        throw new CardwrightError(code as 'USER_CANCELLED');
      };
      expect(await alice.relay(host)).toMatchObject({
        step: null,
        deviceState: 'pending',
        error: { data: { name: code } },
      });
      expect(rows()).toEqual([before]);
      expect(await actionFor(alice)).toBe('erase');
      expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
    },
  );

  it('is activated by no operator once its erasure was ordered, not even after it was suspended meanwhile', async () => {
    card = newYubikey();
    const givenUp = await alice.openHost(card);
    givenUp.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    await alice.relay(givenUp);
    lock();
    const [before] = rows();
    expect(before).toMatchObject({ state: 'pending', hasInitialPin: true });
    const does = (action: ActionName) => olga.act(before?.id ?? '', action);

    const host = await alice.openHost(card);
    const { operation, step } = await alice.operate('', host.startRequest);
    expect((await does('activate')).code).toBe('DEVICE_STATE');
    await does('suspend');
    const body = { step: step?.number, outcomes: await host.run(step?.jws ?? '') };
    expect(await alice.operate(`/${operation}/results`, body)).toMatchObject({
      state: 'failed',
      deviceState: 'suspended',
      error: { data: { name: 'DEVICE_STATE' } },
    });
    expect((await does('resume')).status).toBe(200);
    expect((await does('activate')).code).toBe('DEVICE_STATE');
    expect(rows()).toMatchObject([{ state: 'pending', ownerActions: ['continue'] }]);
    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(rows().map(({ state }) => state)).toEqual(['active']);
  });

  it('can be erased another time if its operation was cancelled instead', async () => {
    await newLockedPendingCard();
    const { operation } = await alice.operate('', (await alice.openHost(card)).startRequest);
    expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({
      state: 'cancelled',
      deviceState: 'pending',
    });
    expect(await actionFor(bob)).toBe(null);
    expect(await actionFor(alice)).toBe('erase');
    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
  });

  it.each(everyOrNamed(['producing', 'pending'], 'pending'))(
    'gets new keys if it was %s and erased, and the answer to that was lost',
    async (state) => {
      if (state === 'pending') await newLockedPendingCard();
      else {
        card = newYubikey();
        await alice.relay(await alice.openHost(card), ({ phase }) => phase.name === 'certificates');
        lock();
      }
      const [before] = rows();
      expect(before?.state).toBe(state);
      const host = await alice.openHost(card);
      host.pull = { method: 'device.reset', when: 'after' };
      expect(await alice.relay(host)).toMatchObject({ state: 'running', error: { data: { name: 'CARD_REMOVED' } } });
      expect(card.keys.size).toBe(0);

      expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
      expect([...card.keys.keys()].sort()).toEqual(['9A', '9C', '9D', '9E']);
      const [row] = rows();
      expect(row?.certificates.map(({ status }) => status)).toEqual(['good', 'good', 'good', 'good']);
      const numbersOf = (device: typeof row) => device?.certificates.map(({ serialNumber }) => serialNumber) ?? [];
      expect(numbersOf(row)).not.toEqual(expect.arrayContaining(numbersOf(before).slice(0, 1)));
    },
  );
});

describe('a half-issued card whose PUK cannot be used any more', () => {
  it.each(everyOrNamed([0, 1], 1))('is erased and issued again (%i tries left)', async (tries) => {
    card = newYubikey();
    await alice.relay(await alice.openHost(card), ({ phase }) => phase.name === 'certificates');
    card.pukTries = tries;
    expect(await actionFor(alice)).toBe('erase');
    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(card.erasures).toBe(1);
  });

  it('waits for an operator as before if it is pending and was given up: its PIN still works', async () => {
    card = newYubikey();
    const host = await alice.openHost(card);
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    const { operation, deviceState } = await alice.relay(host);
    expect(deviceState).toBe('pending');
    await alice.operate(`/${operation}/cancel`, {});
    card.pukTries = 0;
    expect(await actionFor(alice)).toBe(null);
  });
});
