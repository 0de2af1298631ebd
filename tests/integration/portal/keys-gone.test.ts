import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { AttestationAuthority } from './support/attestation-authority.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, listDevices, startTestPortal, type TestPortal, TEST_VENDOR } from './support/test-portal.js';

/** A security key that is erased in the middle of its issuance, so that the CMS does not hear of it. */

let portal: TestPortal;
let vendor: AttestationAuthority;
let alice: Browser;
let olga: Browser;
let serial = 90_000_000;

beforeAll(async () => {
  vendor = TEST_VENDOR;
  portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '100' });
  alice = await Browser.login(portal, 'alice');
  olga = await Browser.login(portal, 'olga');
});
afterAll(() => portal.remove());

const newCard = () => new TestCard('yubikey', String((serial += 1)), vendor);

const rowOf = async (card: TestCard) =>
  (await listDevices(alice)).devices.find((device) => device.serial === card.serial);

const issueUntil = async (card: TestCard, phase?: string) =>
  alice.relay(await alice.openHost(card), (answer) => answer.phase.name === phase);

/** Active, and for each certificate that the CMS calls good the card has the private key. */
async function expectWhole(card: TestCard): Promise<void> {
  const row = await rowOf(card);
  expect(row?.state).toBe('active');
  const good = row?.certificates.filter(({ status }) => status === 'good').map(({ slot }) => slot);
  expect(good).toEqual(['9A', '9C', '9D', '9E']);
  expect([...card.keys.keys()].sort()).toEqual(good);
  expect([...card.certificates.keys()].sort()).toEqual(good);
}

it('makes new keys when its locked card was erased and pulled before the CMS heard of it', async () => {
  const card = newCard();
  await issueUntil(card, 'certificates');
  const before = await rowOf(card);
  card.isPinBlocked = true;
  card.pukTries = 0;
  const host = await alice.openHost(card);
  host.pull = { method: 'device.reset', when: 'after' };
  expect(await alice.relay(host)).toMatchObject({ state: 'running', error: { data: { name: 'CARD_REMOVED' } } });
  expect(card.keys.size).toBe(0);

  expect(await issueUntil(card)).toMatchObject({ state: 'done', deviceState: 'active', error: null });
  await expectWhole(card);
  const old = before?.certificates.map(({ serialNumber }) => serialNumber) ?? [];
  const kept = (await rowOf(card))?.certificates.map(({ serialNumber }) => serialNumber) ?? [];
  expect(old).toHaveLength(4);
  expect(kept.filter((serialNumber) => old.includes(serialNumber))).toEqual([]);
});

it.each(['certificates', 'pin'] as const)(
  'makes new keys when another program erased the card while its operation rested at %s',
  async (phase) => {
    const card = newCard();
    await issueUntil(card, phase);
    card.erase();
    expect(await issueUntil(card)).toMatchObject({ state: 'done', deviceState: 'active', error: null });
    await expectWhole(card);
  },
);

it('is producing again, and cannot be activated, while the keys of an erased pending device are made again', async () => {
  const card = newCard();
  await issueUntil(card, 'pin');
  const row = await rowOf(card);
  expect(row?.state).toBe('pending');
  card.erase();
  expect(await issueUntil(card, 'keys')).toMatchObject({ deviceState: 'producing' });
  const answer = await olga.post(`/api/operator/devices/${row?.id ?? ''}/activate`, {});
  expect(answer.code).toBe('DEVICE_STATE');
  expect(await issueUntil(card)).toMatchObject({ state: 'done', deviceState: 'active' });
  await expectWhole(card);
});

it('keeps its keys when the escrow that it proves was applied', async () => {
  const card = newCard();
  await issueUntil(card, 'certificates');
  const before = await rowOf(card);
  const host = await alice.openHost(card);
  expect(await alice.relay(host)).toMatchObject({ state: 'done', deviceState: 'active' });
  expect(host.executed).not.toContain('key.generate');
  const serialNumbers = (row: typeof before) => row?.certificates.map(({ serialNumber }) => serialNumber);
  expect(serialNumbers(await rowOf(card))).toEqual(serialNumbers(before));
  await expectWhole(card);
});
