import { describe, expect, it } from '@jest/globals';
import type { DevicePolicy } from '@cardwright/cms/policies';
import { CardwrightError, type Method } from '@cardwright/protocol';
import { forgeAttestations, refusedWith, relayForged } from '../../../support/forging.js';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { everyOrOneIn } from '../../../support/thorough.js';
import { CmsUser } from '../../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../../support/test-cms.js';
import { ALICE, BOB, OLGA } from '../../support/test-people.js';
import { expectOwn, newBatchCard } from './batch.js';

/** Cards of a batch share one attestation key, yet each is a device of its own. */

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS, unprovenKeys: 'supervised' } });
const alice = new CmsUser(cms, ALICE);
const bob = new CmsUser(cms, BOB);
const olga = new CmsUser(cms, OLGA);

const WAITS = { state: 'done', deviceState: 'awaiting-approval', error: null };
const NAMELESS = { serial: null, guid: null };

const breakOff = async (user: CmsUser, card: TestCard, method: Method, when: 'before' | 'after') => {
  const host = await user.openHost(card);
  host.pull = { method, when };
  return user.relay(host);
};

const giveUpAtPin = async (user: CmsUser, card: TestCard) => {
  const host = await user.openHost(card);
  host.user = () => {
    throw new CardwrightError('USER_CANCELLED');
  };
  return user.relay(host);
};

describe('two cards of one batch, issued to two people at once', () => {
  it.each(
    everyOrOneIn<[Method, 'before' | 'after']>(9, [
      ['managementKey.authenticate', 'after'],
      ['key.prove', 'before'],
      ['key.prove', 'after'],
      ['credentials.apply', 'before'],
      ['credentials.apply', 'after'],
      ['key.generate', 'after'],
      ['csr.create', 'after'],
      ['certificate.write', 'before'],
      ['pin.change', 'before'],
    ]),
  )('stay two devices when both are interrupted at %s (%s it)', async (method, when) => {
    const [hers, his] = [newBatchCard(cms), newBatchCard(cms)];
    for (const [user, card] of [
      [alice, hers],
      [bob, his],
    ] as const)
      expect(await breakOff(user, card, method, when)).toMatchObject({ state: 'running', step: null });
    for (const [user, other, card] of [
      [bob, alice, his],
      [alice, bob, hers],
    ] as const) {
      expect(await user.issue(card)).toMatchObject(WAITS);
      expect(await other.judge(card)).toEqual({ action: null, reason: 'This device belongs to someone else.' });
    }
    const rows = [cms.deviceOf(hers), cms.deviceOf(his)] as const;
    expect(rows.map(({ ownerId, proof }) => [ownerId, proof])).toEqual([
      [ALICE.id, 'not-proved'],
      [BOB.id, 'not-proved'],
    ]);
    expect(rows[0].identity).not.toBe(rows[1].identity);
    expectOwn(rows[0], hers);
    expectOwn(rows[1], his);
  });

  it('keep in a later session what they got in an earlier one: the key is the same', async () => {
    const card = newBatchCard(cms);
    await breakOff(alice, card, 'certificate.write', 'before');
    const before = cms.deviceOf(card);
    expect(await alice.issue(card)).toMatchObject(WAITS);
    const after = cms.deviceOf(card);
    expect([after.id, after.identity]).toEqual([before.id, before.identity]);
    expect(after.certificates.map(({ id }) => id)).toEqual(before.certificates.map(({ id }) => id));
  });
});

describe("a blank card of the batch of someone else's", () => {
  const STATES: Readonly<Record<string, (card: TestCard) => Promise<unknown>>> = {
    producing: (card) => breakOff(alice, card, 'credentials.apply', 'after'),
    pending: (card) => giveUpAtPin(alice, card),
    'awaiting-approval': (card) => alice.issue(card),
    active: async (card) => {
      await alice.issue(card);
      await olga.act(cms.deviceOf(card).id, 'approve');
    },
    suspended: async (card) => {
      await alice.issue(card);
      await olga.act(cms.deviceOf(card).id, 'suspend');
    },
    failed: async (card) => {
      const { operation } = await breakOff(alice, card, 'credentials.apply', 'after');
      await alice.operate(`/${operation}/cancel`, {});
    },
    terminated: async (card) => {
      await alice.issue(card);
      await olga.act(cms.deviceOf(card).id, 'terminate');
    },
  };

  it.each(everyOrOneIn(4, Object.keys(STATES)))('is issued while the other card is %s', async (state) => {
    const [hers, his] = [newBatchCard(cms), newBatchCard(cms)];
    await STATES[state]?.(hers);
    const before = cms.deviceOf(hers);
    expect(before.state).toBe(state);
    expect(await bob.judge(his)).toEqual({ action: 'start', reason: null });
    expect(await bob.issue(his)).toMatchObject(WAITS);
    expectOwn(cms.deviceOf(his), his);
    expect(cms.devices.find(({ id }) => id === before.id)).toEqual(before);
  });
});

describe('a card that its owner has reset', () => {
  it('is blank, and can be issued to anyone', async () => {
    const card = newBatchCard(cms);
    await alice.issue(card);
    const hers = cms.deviceOf(card);
    card.erase();
    expect(await bob.judge(card)).toEqual({ action: 'start', reason: null });
    expect(await bob.issue(card)).toMatchObject(WAITS);
    const his = cms.deviceOf(card);
    expect([his.ownerId, his.id === hers.id]).toEqual([BOB.id, false]);
    expectOwn(his, card);
    expect(cms.devices.find(({ id }) => id === hers.id)).toMatchObject({
      state: 'awaiting-approval',
      ownerId: ALICE.id,
    });
  });

  it('is the same device after a partial reset that left its key in 9E', async () => {
    const card = newBatchCard(cms);
    const { managementKey } = card;
    await alice.issue(card);
    const hers = cms.deviceOf(card);
    card.managementKey = managementKey;
    const answer = await relayForged(bob, await bob.openHost(card), { claim: { ...NAMELESS, certificates: [] } });
    expect(answer).toMatchObject(refusedWith('DEVICE_NOT_ELIGIBLE', 'This device belongs to someone else.'));
    expect(cms.devices.find(({ id }) => id === hers.id)).toEqual(hers);
  });
});

describe('a card that an operator declined', () => {
  it.each(['4.3.7', '5.7.2'])('stays declined when its page does not name it (firmware %s)', async (firmware) => {
    const card = firmware === '4.3.7' ? newBatchCard(cms) : new TestCard('yubikey', cms.newSerial(), cms.vendor);
    const { managementKey } = card;
    // The device is known, but one of its keys is not attested.
    const forge = forgeAttestations((slot, own) => (slot === '9A' ? null : own));
    expect(await relayForged(alice, await alice.openHost(card), { forge })).toMatchObject(WAITS);
    const { id } = cms.deviceOf(card);
    expect((await olga.act(id, 'decline', 'Nobody knows this card.')).status).toBe(200);
    if (firmware === '5.7.2') card.erase();
    else card.managementKey = managementKey;
    const answer = await relayForged(alice, await alice.openHost(card), { claim: { ...NAMELESS, certificates: [] } });
    const reason = 'Your help desk declined this device. Ask them for another attempt.';
    expect(answer).toMatchObject(refusedWith('DEVICE_NOT_ELIGIBLE', reason));
    expect(cms.devices.find((device) => device.id === id)?.state).toBe('failed');
  });
});

describe('a card whose owner switches its serial number off', () => {
  const start = async (policy: Partial<DevicePolicy>) => {
    await cms.setPolicy('yubikey', policy);
    const card = cms.newCard('yubikey');
    expect(await alice.issue(card)).toMatchObject({ deviceState: 'active' });
    card.erase();
    card.state.hidesSerial = true;
    return card;
  };

  it('is not issued again where the policy refuses unproved keys', async () => {
    const card = await start({ unprovenKeys: 'refuse' });
    const answer = await relayForged(alice, await alice.openHost(card), { claim: NAMELESS });
    expect(answer).toMatchObject({ ...refusedWith('ATTESTATION_MISSING'), deviceState: null });
    expect(card.keys.size).toBe(1);
    expect(card.puk).toBe('12345678');
  });

  it('loses its proof where the policy supervises unproved keys', async () => {
    const card = await start({ unprovenKeys: 'supervised' });
    const answer = await relayForged(alice, await alice.openHost(card), { claim: NAMELESS });
    expect(answer).toMatchObject(WAITS);
    const rows = cms.devices.filter(({ guid, serial }) => guid === card.guid || serial === card.serial);
    expect(rows.map(({ state, proof }) => [state, proof])).toEqual([
      ['active', 'attested'],
      ['awaiting-approval', 'not-proved'],
    ]);
  });

  it.each([
    ['off', false],
    ['on', true],
  ] as const)('cannot continue an issuance during which the number was switched %s', async (_to, hides) => {
    const card = cms.newCard('yubikey');
    card.state.hidesSerial = hides;
    await breakOff(alice, card, 'credentials.apply', 'after');
    card.state.hidesSerial = !hides;
    const row = cms.deviceOf(card);
    expect(await alice.issue(card)).toMatchObject({ ...refusedWith('ATTESTATION_CONTRADICTS'), deviceState: 'failed' });
    expect(cms.deviceOf(card)).toMatchObject({ id: row.id, identity: row.identity, proof: 'not-proved' });
  });
});
