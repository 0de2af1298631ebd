import { expect, it } from '@jest/globals';
import type { TestCard } from '../support/host-and-card/test-card.js';
import { CmsUser } from './support/cms-user.js';
import { TestCms } from './support/test-cms.js';
import { ALICE, OLGA } from './support/test-people.js';
import { everyOrOneIn } from '../support/thorough.js';

/** A security key is erased in the middle of its issuance, and the CMS does not learn of it. */

const cms = await TestCms.open();
const alice = new CmsUser(cms, ALICE);
const olga = new CmsUser(cms, OLGA);

const newCard = () => cms.newCard('yubikey');

/** Expects the device to be active, and the card to have the private key of each good certificate. */
function expectWhole(card: TestCard): void {
  const { state, certificates } = cms.deviceOf(card);
  expect(state).toBe('active');
  const good = certificates.filter(({ status }) => status === 'good').map(({ slot }) => slot);
  expect(good).toEqual(['9A', '9C', '9D', '9E']);
  expect([...card.keys.keys()].sort()).toEqual(good);
  expect([...card.certificates.keys()].sort()).toEqual(good);
}

it('makes new keys when its locked card was erased and pulled before the CMS learned of it', async () => {
  const card = newCard();
  await alice.issue(card, 'certificates');
  const before = cms.deviceOf(card);
  card.isPinBlocked = true;
  card.pukTries = 0;
  const host = await alice.openHost(card);
  host.pull = { method: 'device.reset', when: 'after' };
  expect(await alice.relay(host)).toMatchObject({ state: 'running', error: { data: { name: 'CARD_REMOVED' } } });
  expect(card.keys.size).toBe(0);

  expect(await alice.issue(card)).toMatchObject({ state: 'done', deviceState: 'active', error: null });
  expectWhole(card);
  const old = before.certificates.map(({ serialNumber }) => serialNumber);
  const kept = cms.deviceOf(card).certificates.map(({ serialNumber }) => serialNumber);
  expect(old).toHaveLength(4);
  expect(kept.filter((serialNumber) => old.includes(serialNumber))).toEqual([]);
});

it.each(everyOrOneIn(2, ['certificates', 'pin']))(
  'makes new keys when another program erased the card while its operation rested at %s',
  async (phase) => {
    const card = newCard();
    await alice.issue(card, phase);
    card.erase();
    expect(await alice.issue(card)).toMatchObject({ state: 'done', deviceState: 'active', error: null });
    expectWhole(card);
  },
);

it('cannot be activated while the keys of an erased pending device are generated again', async () => {
  const card = newCard();
  await alice.issue(card, 'pin');
  const row = cms.deviceOf(card);
  expect(row.state).toBe('pending');
  card.erase();
  expect(await alice.issue(card, 'keys')).toMatchObject({ deviceState: 'producing' });
  expect((await olga.act(row.id, 'activate')).code).toBe('DEVICE_STATE');
  expect(await alice.issue(card)).toMatchObject({ state: 'done', deviceState: 'active' });
  expectWhole(card);
});

it('keeps its keys when it proves an applied escrow', async () => {
  const card = newCard();
  await alice.issue(card, 'certificates');
  const before = cms.deviceOf(card);
  const host = await alice.openHost(card);
  expect(await alice.relay(host)).toMatchObject({ state: 'done', deviceState: 'active' });
  expect(host.executed).not.toContain('key.generate');
  const serialNumbers = (row: typeof before) => row.certificates.map(({ serialNumber }) => serialNumber);
  expect(serialNumbers(cms.deviceOf(card))).toEqual(serialNumbers(before));
  expectWhole(card);
});
