import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { Browser, startTestPortal, TEST_VENDOR, type TestPortal } from '../support/test-portal.js';
import { act, listAll, relayForged, setPolicy } from './forging.js';

/** The organisation ordered cards with a PUK of its own; someone without such a card wants to read it. */

const PUK = '24681357';
let portal: TestPortal;
let alice: Browser;
let olga: Browser;
let oscar: Browser;
let serial = 35_000_000;

beforeAll(async () => {
  portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '100' });
  [alice, olga, oscar] = [
    await Browser.login(portal, 'alice'),
    await Browser.login(portal, 'olga'),
    await Browser.login(portal, 'oscar'),
  ];
  for (const model of ['yubikey', 'piv'] as const)
    await setPolicy(portal, olga, model, { unprovenKeys: 'supervised' }, { puk: PUK, confidential: true });
});
afterAll(() => portal.remove());

/** A card with the organisation's PUK that notes every PUK which reaches it. */
function newCard(model: 'yubikey' | 'piv', isProved = false) {
  // One that reports its PUK says that it is not the factory's, and so is a used card.
  const card =
    model === 'piv'
      ? new TestCard('piv', null, null)
      : new TestCard('yubikey', String((serial += 1)), isProved ? TEST_VENDOR : null, 'yubikey-4.3.7');
  card.puk = PUK;
  return { card, received: card.triedPuks };
}

const rowOf = async (card: TestCard) => (await listAll(olga)).find(({ guid }) => guid === card.guid);
const NEEDS_APPROVAL = { state: 'running', step: null, error: { data: { name: 'APPROVAL_NEEDED' } } };

describe('the confidential factory PUK', () => {
  it.each(['yubikey', 'piv'] as const)(
    'does not leave to a %s that proved nothing, however often it is tried, until an operator approved that',
    async (model) => {
      const { card, received } = newCard(model);
      for (let session = 0; session < 3; session += 1)
        expect(await alice.relay(await alice.openHost(card))).toMatchObject(NEEDS_APPROVAL);
      expect(received).toEqual([]);
      const row = await rowOf(card);
      expect(row).toMatchObject({ state: 'producing', stateReason: 'APPROVAL_NEEDED' });
      expect((await act(alice, row?.id ?? '', 'approve-puk')).code).toBe('FORBIDDEN');
      expect((await act(olga, row?.id ?? '', 'approve-puk')).status).toBe(200);
      expect(await alice.relay(await alice.openHost(card))).toMatchObject({ deviceState: 'awaiting-approval' });
      expect(received).toEqual([PUK]);
    },
  );

  it('does not leave to an operator either before another one approved that', async () => {
    const { card, received } = newCard('piv');
    expect(await olga.relay(await olga.openHost(card))).toMatchObject(NEEDS_APPROVAL);
    const id = (await rowOf(card))?.id ?? '';
    expect((await act(olga, id, 'approve-puk')).code).toBe('FORBIDDEN');
    expect(await olga.relay(await olga.openHost(card))).toMatchObject(NEEDS_APPROVAL);
    expect(received).toEqual([]);
    expect((await act(oscar, id, 'approve-puk')).status).toBe(200);
    expect(await olga.relay(await olga.openHost(card))).toMatchObject({ deviceState: 'awaiting-approval' });
    expect(received).toEqual([PUK]);
  });

  it('is not coaxed out by a card that says it has another PUK, and then refuses that', async () => {
    const { card, received } = newCard('yubikey');
    card.puk = '86427531';
    await alice.relay(await alice.openHost(card));
    const claim = { puk: { retriesLeft: 3, blocked: false, isDefault: false } };
    const answer = await relayForged(alice, await alice.openHost(card), { claim });
    expect(answer.error?.data.name).toMatch(/^(APPROVAL_NEEDED|PUK_INCORRECT)$/);
    expect(received).not.toContain(PUK);
  });

  it('leaves to a card that proved what it is', async () => {
    const { card, received } = newCard('yubikey', true);
    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(received).toEqual([PUK]);
  });

  it('does not leave in a session without that proof, though an earlier session gave it', async () => {
    const { card, received } = newCard('yubikey', true);
    const host = await alice.openHost(card);
    host.pull = { method: 'credentials.prepare', when: 'before' };
    await alice.relay(host);
    const forged = new TestCard('yubikey', card.serial, null, 'yubikey-4.3.7');
    forged.puk = PUK;
    const answer = await relayForged(alice, await alice.openHost(forged), { claim: { guid: card.guid } });
    expect(answer).toMatchObject(NEEDS_APPROVAL);
    expect([...received, ...forged.triedPuks]).toEqual([]);
  });
});
