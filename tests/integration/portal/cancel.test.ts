import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { AttestationAuthority } from './support/attestation-authority.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { Browser, listDevices, startTestPortal, type TestPortal, TEST_VENDOR } from './support/test-portal.js';

let portal: TestPortal;
let vendor: AttestationAuthority;
let alice: Browser;
let bob: Browser;
let olga: Browser;
let serial = 90_000_000;

beforeAll(async () => {
  vendor = TEST_VENDOR;
  portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '100' });
  alice = await Browser.login(portal, 'alice');
  bob = await Browser.login(portal, 'bob');
  olga = await Browser.login(portal, 'olga');
});
afterAll(() => portal.remove());

describe.each(['yubikey', 'piv'] as const)('an issuance of a %s that its user cancels', (model) => {
  let card: TestCard;
  beforeEach(() => {
    card = model === 'yubikey' ? new TestCard(model, String((serial += 1)), vendor) : new TestCard(model, null, null);
  });

  const actionFor = async (browser: Browser) => {
    const { body } = await browser.post('/api/devices/eligibility', { devices: [await card.describe('x')] });
    return body;
  };

  /** The states of all rows that there are of the card. */
  const statesOf = async () =>
    (await listDevices(olga, '/api/operator/devices')).devices
      .filter((row) => (card.serial === null ? row.guid === card.guid : row.serial === card.serial))
      .map(({ state }) => state);

  it.each(['authenticate', 'personalize'])(
    'in the phase %s leaves no row; the card is as it was but for its CHUID, and anybody can have it',
    async (until) => {
      const host = await alice.openHost(card);
      const { operation, step } = await alice.relay(host, ({ phase }) => phase.name === until);
      await host.run(step?.jws ?? '');
      expect(card.guid === null).toBe(until === 'authenticate');
      expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({ state: 'cancelled', deviceState: null });
      expect(await statesOf()).toEqual([]);
      expect(card).toMatchObject({ pin: '123456', puk: '12345678' });
      for (const browser of [alice, bob])
        expect(await actionFor(browser)).toMatchObject({ devices: [{ action: 'issue' }] });
      expect(await bob.relay(await bob.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
    },
  );

  it('after the step that applies secrets left the portal is failed: nobody can tell what the card has', async () => {
    const { operation } = await alice.relay(await alice.openHost(card), ({ phase }) => phase.name === 'keys');
    expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({
      state: 'cancelled',
      deviceState: 'failed',
    });
    expect(await actionFor(bob)).toMatchObject({ devices: [{ action: card.guid === null ? 'issue' : null }] });
    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
  });
});

it('gives a card back that proved in a later session that nothing was applied: its escrow is dropped, anybody can have it', async () => {
  const card = new TestCard('yubikey', String((serial += 1)), vendor);
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
  expect((await listDevices(alice)).devices.filter((row) => row.serial === card.serial)).toEqual([]);
  expect(await bob.relay(await bob.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
  const rows = (await listDevices(olga, '/api/operator/devices')).devices.filter((row) => row.serial === card.serial);
  expect(rows.map(({ state }) => state)).toEqual(['available', 'active']);
});

it('does not give a card back whose new management key was applied, though the answer was lost', async () => {
  const card = new TestCard('yubikey', String((serial += 1)), vendor);
  const first = await alice.openHost(card);
  first.stopAfter = 'management-key';
  await alice.relay(first);
  const second = await alice.openHost(card);
  second.pull = { method: 'credentials.restore', when: 'before' };
  const { operation } = await alice.relay(second);
  expect(await alice.operate(`/${operation}/cancel`, {})).toMatchObject({ deviceState: 'failed' });
  expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
});
