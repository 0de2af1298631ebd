import { beforeEach, describe, expect, it } from '@jest/globals';
import type { TestCard } from '../support/host-and-card/test-card.js';
import { CmsUser } from './support/cms-user.js';
import { FEW_SLOTS, TestCms } from './support/test-cms.js';
import { ALICE, BOB } from './support/test-people.js';
import { everyOrOneIn } from '../support/thorough.js';

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);
const bob = new CmsUser(cms, BOB);

describe.each(['yubikey', 'piv'] as const)('an issuance of a %s that its user cancels', (model) => {
  let card: TestCard;
  beforeEach(() => {
    card = cms.newCard(model);
  });

  /** The states of all rows of the card. */
  const statesOf = () => cms.devicesOf(card).map(({ state }) => state);

  it.each(everyOrOneIn(2, ['authenticate', 'personalize']))(
    'leaves no row in the phase %s; the card keeps only its new CHUID, and anyone can have it',
    async (until) => {
      const host = await alice.openHost(card);
      const { operation, step } = await alice.relay(host, ({ phase }) => phase.name === until);
      await host.run(step?.jws ?? '');
      expect(card.guid === null).toBe(until === 'authenticate');
      expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({ state: 'cancelled', deviceState: null });
      expect(statesOf()).toEqual([]);
      expect(card).toMatchObject({ pin: '123456', puk: '12345678' });
      for (const user of [alice, bob]) expect(await user.judge(card)).toEqual({ action: 'start', reason: null });
      expect(await bob.issue(card)).toMatchObject({ state: 'done', deviceState: 'active' });
    },
  );

  it('fails once the step that applies secrets was sent: nobody can tell what the card has', async () => {
    const { operation } = await alice.issue(card, 'keys');
    expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({
      state: 'cancelled',
      deviceState: 'failed',
    });
    expect((await bob.judge(card)).action).toBe(card.guid === null ? 'issue' : null);
    expect(await alice.issue(card)).toMatchObject({ state: 'done', deviceState: 'active' });
  });
});

it('frees a card that later proves that nothing was applied: its escrow is dropped, and anyone can have it', async () => {
  const card = cms.newCard('yubikey');
  const first = await alice.openHost(card);
  first.pull = { method: 'credentials.apply', when: 'before' };
  expect(await alice.relay(first)).toMatchObject({ state: 'running', deviceState: 'producing' });
  const second = await alice.openHost(card);
  second.pull = { method: 'credentials.prepare', when: 'before' };
  const { operation, deviceState } = await alice.relay(second);
  expect(deviceState).toBe('producing');

  expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({
    state: 'cancelled',
    deviceState: 'available',
  });
  expect(alice.devices.filter((row) => row.serial === card.serial)).toEqual([]);
  expect(await bob.issue(card)).toMatchObject({ state: 'done', deviceState: 'active' });
  expect(cms.devicesOf(card).map(({ state }) => state)).toEqual(['available', 'active']);
});

it('does not free a card whose new management key was applied, although the answer was lost', async () => {
  const card = cms.newCard('yubikey');
  const first = await alice.openHost(card);
  first.stopAfter = 'management-key';
  await alice.relay(first);
  const second = await alice.openHost(card);
  second.pull = { method: 'credentials.restore', when: 'before' };
  const { operation } = await alice.relay(second);
  expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({ deviceState: 'failed' });
  expect(await alice.issue(card)).toMatchObject({ state: 'done', deviceState: 'active' });
});
