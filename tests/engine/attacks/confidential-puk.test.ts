import { describe, expect, it } from '@jest/globals';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { relayForged } from '../../support/forging.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE, OLGA, OSCAR } from '../support/test-people.js';

/** Attack: someone wants to read the confidential PUK of the organisation's cards without having such a card. */

const PUK = '24681357';
const cms = await TestCms.open({ policy: { slots: FEW_SLOTS, unprovenKeys: 'supervised' } });
const alice = new CmsUser(cms, ALICE);
const olga = new CmsUser(cms, OLGA);
const oscar = new CmsUser(cms, OSCAR);
for (const model of ['yubikey', 'piv'] as const) await cms.setPolicy(model, {}, { puk: PUK, confidential: true });

/** Creates a card with the organisation's PUK that records every PUK it receives. */
function newCard(model: 'yubikey' | 'piv', isProved = false) {
  // A card that reports its PUK as changed would count as used.
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
    'is not sent to a %s without proof, however often it asks, until an operator approves',
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

  it('is not sent to an operator either before another one approves', async () => {
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

  it('is not sent to a card that claims another PUK and then refuses it', async () => {
    const { card, received } = newCard('yubikey');
    card.puk = '86427531';
    await alice.issue(card);
    const claim = { puk: { retriesLeft: 3, blocked: false, isDefault: false } };
    const answer = await relayForged(alice, await alice.openHost(card), { claim });
    expect(answer.error?.data.name).toMatch(/^(APPROVAL_NEEDED|PUK_INCORRECT)$/);
    expect(received).not.toContain(PUK);
  });

  it('is sent to a card that proved its model', async () => {
    const { card, received } = newCard('yubikey', true);
    // A live proof is enough, although it does not show that the other keys are on the card.
    expect(await alice.issue(card)).toMatchObject({ state: 'done', deviceState: 'awaiting-approval' });
    expect(cms.deviceOf(card).pukApprovedAt).toBeNull();
    expect(received).toEqual([PUK]);
  });

  it('is not sent in a session without that proof, although an earlier session gave it', async () => {
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
