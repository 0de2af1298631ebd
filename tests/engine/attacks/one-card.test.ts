import { describe, expect, it } from '@jest/globals';
import type { TestCard } from '../../support/host-and-card/test-card.js';
import { refusedWith, relayForged, startWith } from '../../support/forging.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE, BOB, OLGA } from '../support/test-people.js';

/** One security key is one device, whatever page and host claim. */

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);
const bob = new CmsUser(cms, BOB);
const olga = new CmsUser(cms, OLGA);

async function newIssued(): Promise<{ card: TestCard; id: string }> {
  const card = cms.newCard('yubikey');
  expect(await alice.issue(card)).toMatchObject({ deviceState: 'active' });
  return { card, id: cms.deviceOf(card).id };
}

/** Resets the card to its factory state, and opens it with another user's host. */
async function erased(user: CmsUser, card: TestCard) {
  card.erase();
  return user.openHost(card);
}

const rowsOf = (card: TestCard) => cms.devicesOf(card).map(({ id, state }) => ({ id, state }));

const NAMELESS = { serial: null, guid: null };

describe('a security key that is issued to someone', () => {
  it('is not issued to another user under its own name', async () => {
    const { card } = await newIssued();
    const host = await erased(bob, card);
    expect((await bob.post('operations', host.startRequest)).code).toBe('DEVICE_NOT_ELIGIBLE');
  });

  it('is not issued to another user when the page hides serial number and GUID: the vendor names it', async () => {
    const { card, id } = await newIssued();
    const answer = await relayForged(bob, await erased(bob, card), { claim: NAMELESS });
    expect(answer).toMatchObject(refusedWith('DEVICE_NOT_ELIGIBLE', 'This device belongs to someone else.'));
    expect(rowsOf(card)).toEqual([{ id, state: 'active' }]);
    expect(card.puk).toBe('12345678');
  });

  it('is not issued twice to its own user in that way', async () => {
    const { card, id } = await newIssued();
    const answer = await relayForged(alice, await erased(alice, card), { claim: NAMELESS });
    expect(answer).toMatchObject(refusedWith('DEVICE_NOT_ELIGIBLE'));
    expect(rowsOf(card)).toEqual([{ id, state: 'active' }]);
  });

  it('is not issued under the serial number of another card', async () => {
    const { card, id } = await newIssued();
    const claim = { ...NAMELESS, serial: cms.newSerial() };
    const answer = await relayForged(bob, await erased(bob, card), { claim });
    expect(answer).toMatchObject(refusedWith('ATTESTATION_CONTRADICTS'));
    expect(rowsOf(card)).toEqual([{ id, state: 'active' }]);
    expect(cms.devices.filter((device) => device.serial === claim.serial)).toEqual([]);
  });

  it.each([null, '4.3.7'])(
    'does not get a management key for older firmware that the page claims: %s',
    async (firmware) => {
      const card = cms.newCard('yubikey');
      const answer = await relayForged(alice, await alice.openHost(card), { claim: { firmware } });
      expect(answer).toMatchObject(refusedWith('ATTESTATION_CONTRADICTS', 'The attested firmware is another one.'));
      expect(rowsOf(card)).toEqual([]);
    },
  );

  it('cannot take over the half-issued row of another card', async () => {
    const { card, id } = await newIssued();
    const half = cms.newCard('yubikey');
    const broken = await alice.openHost(half);
    broken.pull = { method: 'credentials.apply', when: 'before' };
    await alice.relay(broken);
    const host = await erased(alice, card);
    // The attested number contradicts the claimed one.
    expect(await relayForged(alice, host, { claim: { ...NAMELESS, serial: half.serial } })).toMatchObject(
      refusedWith('ATTESTATION_CONTRADICTS'),
    );
    expect(rowsOf(card)).toEqual([{ id, state: 'active' }]);
  });
});

describe('a security key that was terminated', () => {
  it.each([
    ['under its own name', undefined],
    ['when the page names neither serial number nor GUID', NAMELESS],
  ])('is not issued again to anyone %s before an operator released it', async (_how, claim) => {
    const { card, id } = await newIssued();
    expect((await olga.act(id, 'terminate')).status).toBe(200);
    for (const user of [alice, bob]) {
      const host = await erased(user, card);
      if (claim) expect(await relayForged(user, host, { claim })).toMatchObject(refusedWith('DEVICE_NOT_ELIGIBLE'));
      else expect((await user.post('operations', startWith(host))).code).toBe('DEVICE_NOT_ELIGIBLE');
    }
    expect(rowsOf(card)).toEqual([{ id, state: 'terminated' }]);
    expect((await olga.act(id, 'release', 'It was found again.')).status).toBe(200);
    expect(await bob.relay(await erased(bob, card))).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(rowsOf(card).map(({ state }) => state)).toEqual(['available', 'active']);
  });

  it('is erased like any used card when it comes back released and unchanged', async () => {
    const { card, id } = await newIssued();
    await olga.act(id, 'terminate');
    await olga.act(id, 'release', 'It was found again.');
    const before = card.erasures;
    expect(await bob.issue(card)).toMatchObject({ state: 'done', deviceState: 'active' });
    expect(card.erasures).toBe(before + 1);
  });
});
