import { describe, expect, it } from '@jest/globals';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { relayForged } from '../../support/forging.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE, OLGA, OSCAR } from '../support/test-people.js';

/** The organisation ordered cards with a PUK of its own; someone without such a card wants to read it. */

const PUK = '24681357';
const cms = await TestCms.open({ policy: { slots: FEW_SLOTS, unprovenKeys: 'supervised' } });
const alice = new CmsUser(cms, ALICE);
const olga = new CmsUser(cms, OLGA);
const oscar = new CmsUser(cms, OSCAR);
for (const model of ['yubikey', 'piv'] as const) await cms.setPolicy(model, {}, { puk: PUK, confidential: true });

/** A card with the organisation's PUK that notes every PUK which reaches it. */
function newCard(model: 'yubikey' | 'piv', isProved = false) {
  // One that reports its PUK says that it is not the factory's, and so is a used card.
  const card =
    model === 'piv'
      ? cms.newCard(model)
      : new TestCard(model, cms.newSerial(), isProved ? cms.vendor : null, 'yubikey-4.3.7');
  card.puk = PUK;
  return { card, received: card.triedPuks };
}

const NEEDS_APPROVAL = { state: 'running', step: null, error: { data: { name: 'APPROVAL_NEEDED' } } };

describe('the confidential factory PUK', () => {
  it.each(['yubikey', 'piv'] as const)(
    'does not leave to a %s that proved nothing, however often it is tried, until an operator approved that',
    async (model) => {
      const { card, received } = newCard(model);
      for (let session = 0; session < 3; session += 1) expect(await alice.issue(card)).toMatchObject(NEEDS_APPROVAL);
      expect(received).toEqual([]);
      const row = cms.deviceOf(card);
      expect(row).toMatchObject({ state: 'producing', stateReason: 'APPROVAL_NEEDED' });
      expect((await alice.act(row.id, 'approve-puk')).code).toBe('FORBIDDEN');
      expect((await olga.act(row.id, 'approve-puk')).status).toBe(200);
      expect(await alice.issue(card)).toMatchObject({ deviceState: 'awaiting-approval' });
      expect(received).toEqual([PUK]);
    },
  );

  it('does not leave to an operator either before another one approved that', async () => {
    const { card, received } = newCard('piv');
    expect(await olga.issue(card)).toMatchObject(NEEDS_APPROVAL);
    const id = cms.deviceOf(card).id;
    expect((await olga.act(id, 'approve-puk')).code).toBe('FORBIDDEN');
    expect(await olga.issue(card)).toMatchObject(NEEDS_APPROVAL);
    expect(received).toEqual([]);
    expect((await oscar.act(id, 'approve-puk')).status).toBe(200);
    expect(await olga.issue(card)).toMatchObject({ deviceState: 'awaiting-approval' });
    expect(received).toEqual([PUK]);
  });

  it('is not coaxed out by a card that says it has another PUK, and then refuses that', async () => {
    const { card, received } = newCard('yubikey');
    card.puk = '86427531';
    await alice.issue(card);
    const claim = { puk: { retriesLeft: 3, blocked: false, isDefault: false } };
    const answer = await relayForged(alice, await alice.openHost(card), { claim });
    expect(answer.error?.data.name).toMatch(/^(APPROVAL_NEEDED|PUK_INCORRECT)$/);
    expect(received).not.toContain(PUK);
  });

  it('leaves to a card that proved what it is', async () => {
    const { card, received } = newCard('yubikey', true);
    // A live proof is enough, though nothing says that the card's other keys are in it.
    expect(await alice.issue(card)).toMatchObject({ state: 'done', deviceState: 'awaiting-approval' });
    expect(cms.deviceOf(card).pukApprovedAt).toBeNull();
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
