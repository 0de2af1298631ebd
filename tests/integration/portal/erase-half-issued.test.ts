import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CardwrightError, type ErrorCode } from '@cardwright/protocol';
import { everyOrNamed } from '../../support/thorough.js';
import type { TestCard } from '../../support/host-and-card/test-card.js';
import { actionFor, newYubikey, openErasingPortal, rowsOf, UNCONFIRMED } from './support/erasing.js';
import { act } from './support/operator.js';
import type { Browser, TestPortal } from './support/test-portal.js';

let portal: TestPortal;
let alice: Browser;
let bob: Browser;
let olga: Browser;
let card: TestCard;

beforeAll(async () => {
  ({ portal, alice, bob, olga } = await openErasingPortal());
});
afterAll(() => portal.remove());

describe("a user's own half-issued card that is locked", () => {
  it('is erased: its row is given back, and another one is issued', async () => {
    card = newYubikey();
    await alice.relay(await alice.openHost(card), ({ phase }) => phase.name === 'certificates');
    const [before] = await rowsOf(alice, card);
    card.isPinBlocked = true;
    card.pukTries = 0;
    expect(await actionFor(alice, card)).toMatchObject({ devices: [{ action: 'erase' }] });
    expect(await actionFor(bob, card)).toMatchObject({ devices: [{ action: null }] });

    const unconfirmed = await alice.openHost(card);
    unconfirmed.confirm = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    expect(await alice.relay(unconfirmed)).toMatchObject({ state: 'cancelled', deviceState: 'producing' });
    expect(await rowsOf(alice, card)).toEqual([{ ...before, hasInitialPin: false }]);

    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(await rowsOf(alice, card)).toMatchObject([{ state: 'active', guid: card.guid }]);
    const [old] = (await rowsOf(olga, card, '/api/operator/devices')).filter(({ id }) => id === before?.id);
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
    const [row] = await rowsOf(alice, card);
    expect(row).toMatchObject({ state: 'pending', ownerActions: ['continue'] });
    return row;
  }

  it('is erased and given back also if it was pending', async () => {
    const before = await newLockedPendingCard();
    expect(await actionFor(alice, card)).toMatchObject({ devices: [{ action: 'erase' }] });
    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(card.erasures).toBe(1);
    expect(await rowsOf(alice, card)).toMatchObject([{ state: 'active', guid: card.guid }]);
    const [old] = (await rowsOf(olga, card, '/api/operator/devices')).filter(({ id }) => id === before?.id);
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
      expect(await rowsOf(alice, card)).toEqual([before]);
      expect(await actionFor(alice, card)).toMatchObject({ devices: [{ action: 'erase' }] });
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
    const [before] = await rowsOf(alice, card);
    expect(before).toMatchObject({ state: 'pending', hasInitialPin: true });
    const does = (action: string) => act(olga, before?.id ?? '', action);

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
    expect(await rowsOf(alice, card)).toMatchObject([{ state: 'pending', ownerActions: ['continue'] }]);
    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
    expect((await rowsOf(alice, card)).map(({ state }) => state)).toEqual(['active']);
  });

  it('can be erased another time if its operation was cancelled instead', async () => {
    await newLockedPendingCard();
    const { operation } = await alice.operate('', (await alice.openHost(card)).startRequest);
    expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({
      state: 'cancelled',
      deviceState: 'pending',
    });
    expect(await actionFor(bob, card)).toMatchObject({ devices: [{ action: null }] });
    expect(await actionFor(alice, card)).toMatchObject({ devices: [{ action: 'erase' }] });
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
      const [before] = await rowsOf(alice, card);
      expect(before?.state).toBe(state);
      const host = await alice.openHost(card);
      host.pull = { method: 'device.reset', when: 'after' };
      expect(await alice.relay(host)).toMatchObject({ state: 'running', error: { data: { name: 'CARD_REMOVED' } } });
      expect(card.keys.size).toBe(0);

      expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
      expect([...card.keys.keys()].sort()).toEqual(['9A', '9C', '9D', '9E']);
      const [row] = await rowsOf(alice, card);
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
    expect(await actionFor(alice, card)).toMatchObject({ devices: [{ action: 'erase' }] });
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
    expect(await actionFor(alice, card)).toMatchObject({ devices: [{ action: null }] });
  });
});
