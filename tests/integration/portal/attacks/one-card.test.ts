import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { Browser, startTestPortal, TEST_VENDOR, type TestPortal } from '../support/test-portal.js';
import { act, listAll, refusedWith, relayForged, setPolicy, startWith } from './forging.js';

/** One security key is one device, whatever page and host say of it. */

let portal: TestPortal;
let alice: Browser;
let bob: Browser;
let olga: Browser;
let serial = 32_000_000;

beforeAll(async () => {
  portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '100' });
  [alice, bob, olga] = [
    await Browser.login(portal, 'alice'),
    await Browser.login(portal, 'bob'),
    await Browser.login(portal, 'olga'),
  ];
  await setPolicy(portal, olga, 'yubikey');
});
afterAll(() => portal.remove());

async function newIssued(): Promise<{ card: TestCard; id: string }> {
  const card = new TestCard('yubikey', String((serial += 1)), TEST_VENDOR);
  expect(await alice.relay(await alice.openHost(card))).toMatchObject({ deviceState: 'active' });
  const row = (await listAll(olga)).find((device) => device.serial === card.serial);
  if (!row) throw new Error('the card has a row');
  return { card, id: row.id };
}

/** The same card in another host's hands, back in its factory state. */
async function erased(browser: Browser, card: TestCard) {
  card.erase();
  return browser.openHost(card);
}

const rowsOf = async ({ serial: number }: TestCard) =>
  (await listAll(olga)).filter((device) => device.serial === number).map(({ id, state }) => ({ id, state }));

const NAMELESS = { serial: null, guid: null };

describe('a security key that is issued to someone', () => {
  it('is not issued to another under its own name', async () => {
    const { card } = await newIssued();
    const host = await erased(bob, card);
    expect((await bob.post('/api/operations', host.startRequest)).code).toBe('DEVICE_NOT_ELIGIBLE');
  });

  it('is not issued to another when the page names neither serial number nor GUID: the vendor names it', async () => {
    const { card, id } = await newIssued();
    const answer = await relayForged(bob, await erased(bob, card), { claim: NAMELESS });
    expect(answer).toMatchObject(refusedWith('DEVICE_NOT_ELIGIBLE', 'This device belongs to someone else.'));
    expect(await rowsOf(card)).toEqual([{ id, state: 'active' }]);
    expect(card.puk).toBe('12345678');
  });

  it('is not issued to its own user another time in that way', async () => {
    const { card, id } = await newIssued();
    const answer = await relayForged(alice, await erased(alice, card), { claim: NAMELESS });
    expect(answer).toMatchObject(refusedWith('DEVICE_NOT_ELIGIBLE'));
    expect(await rowsOf(card)).toEqual([{ id, state: 'active' }]);
  });

  it('is not issued under the serial number of another one', async () => {
    const { card, id } = await newIssued();
    const claim = { ...NAMELESS, serial: String((serial += 1)) };
    const answer = await relayForged(bob, await erased(bob, card), { claim });
    expect(answer).toMatchObject(refusedWith('ATTESTATION_CONTRADICTS'));
    expect(await rowsOf(card)).toEqual([{ id, state: 'active' }]);
    expect((await listAll(olga)).filter((device) => device.serial === claim.serial)).toEqual([]);
  });

  it.each([null, '4.3.7'])(
    'is not given the management key of older firmware, which the page names: %s',
    async (firmware) => {
      const card = new TestCard('yubikey', String((serial += 1)), TEST_VENDOR);
      const answer = await relayForged(alice, await alice.openHost(card), { claim: { firmware } });
      expect(answer).toMatchObject(refusedWith('ATTESTATION_CONTRADICTS', 'The attested firmware is another one.'));
      expect(await rowsOf(card)).toEqual([]);
    },
  );

  it('does not slip into the half-issued row of another card', async () => {
    const { card, id } = await newIssued();
    const half = new TestCard('yubikey', String((serial += 1)), TEST_VENDOR);
    const broken = await alice.openHost(half);
    broken.pull = { method: 'credentials.apply', when: 'before' };
    await alice.relay(broken);
    const host = await erased(alice, card);
    // The attested number contradicts the one that is claimed.
    expect(await relayForged(alice, host, { claim: { ...NAMELESS, serial: half.serial } })).toMatchObject(
      refusedWith('ATTESTATION_CONTRADICTS'),
    );
    expect(await rowsOf(card)).toEqual([{ id, state: 'active' }]);
  });
});

describe('a security key that was terminated', () => {
  it.each([
    ['under its own name', undefined],
    ['when the page names neither serial number nor GUID', NAMELESS],
  ])('is not issued again %s, to nobody, before an operator released it', async (_how, claim) => {
    const { card, id } = await newIssued();
    expect((await act(olga, id, 'terminate')).status).toBe(200);
    for (const browser of [alice, bob]) {
      const host = await erased(browser, card);
      if (claim) expect(await relayForged(browser, host, { claim })).toMatchObject(refusedWith('DEVICE_NOT_ELIGIBLE'));
      else expect((await browser.post('/api/operations', startWith(host))).code).toBe('DEVICE_NOT_ELIGIBLE');
    }
    expect(await rowsOf(card)).toEqual([{ id, state: 'terminated' }]);
    expect((await act(olga, id, 'release', 'It was found again.')).status).toBe(200);
    expect(await bob.relay(await erased(bob, card))).toMatchObject({ state: 'done', deviceState: 'active' });
    expect((await rowsOf(card)).map(({ state }) => state)).toEqual(['available', 'active']);
  });

  it('is erased like any used one when it comes back released, as it was', async () => {
    const { card, id } = await newIssued();
    await act(olga, id, 'terminate');
    await act(olga, id, 'release', 'It was found again.');
    const before = card.erasures;
    expect(await bob.relay(await bob.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(card.erasures).toBe(before + 1);
  });
});
