// Alone proves: a card whose key in 9E is another one is not taken for the device.
import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { OperationAnswer } from '@cardwright/protocol/cms';
import { newAttestationAuthority } from '../../../integration/portal/support/attestation-authority.js';
import { forgeAttestations, refusedWith, relayForged, type Forgery } from '../../../support/forging.js';
import { makeKey } from '../../../support/host-and-card/card-program.js';
import type { Pull } from '../../../support/host-and-card/pull.js';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { everyOrOneIn } from '../../../support/thorough.js';
import { CmsUser } from '../../support/cms-user.js';
import { FEW_SLOTS, TestCms, type ShownDevice } from '../../support/test-cms.js';
import { ALICE, BOB } from '../../support/test-people.js';
import { expectOwn, liveCertificates, newBatchCard, proofMarkOf } from './batch.js';

/** Attack: the key in 9E is not the one that identified the device. It was replaced, the card was reset, or it is another card. */

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS, unprovenKeys: 'supervised' } });
const alice = new CmsUser(cms, ALICE);
const bob = new CmsUser(cms, BOB);

const another = await newAttestationAuthority('Another vendor root');
await cms.setPolicy('yubikey', { attestationRoots: [cms.vendor.root, another.root] });

const WAITS = { state: 'done', deviceState: 'awaiting-approval', error: null };
const REASON = 'The key in 9E is not the one that identified the device.';

/** The interruptions of her issuance; at the last one the device is pending. */
const MOMENTS: readonly Pull[] = [
  { method: 'credentials.apply', when: 'before' },
  { method: 'credentials.apply', when: 'after' },
  { method: 'csr.create', when: 'after' },
  { method: 'certificate.write', when: 'before' },
  { method: 'pin.change', when: 'before' },
];
const NAMED = everyOrOneIn(
  MOMENTS.length,
  MOMENTS.map((pull) => [`${pull.when} ${pull.method}`, pull] as const),
);

async function interrupted(pull: Pull, card = newBatchCard(cms)) {
  const host = await alice.openHost(card);
  host.pull = pull;
  expect(await alice.relay(host)).toMatchObject({ state: 'running', step: null });
  return { card, row: cms.deviceOf(card) };
}

const rowOf = ({ id }: ShownDevice): ShownDevice => {
  const row = cms.devices.find((device) => device.id === id);
  if (!row) throw new Error('the row is gone');
  return row;
};

/** Returns whether the audit log says that the device turned out to be another one. */
const isNoted = ({ id }: ShownDevice): boolean =>
  cms.audit.some(({ deviceId, event, detail }) => {
    return deviceId === id && event === 'device.state-changed' && detail.to === 'failed' && detail.reason === REASON;
  });

/** Expects that no earlier certificate is valid any more. */
function expectNothingKept(before: ShownDevice): void {
  const old = before.certificates.map(({ id }) => id);
  const { certificates } = cms.store.contents();
  const status = certificates.filter(({ id }) => old.includes(id)).map(({ revocationReason }) => revocationReason);
  expect(status).toEqual(old.map(() => 'cessationOfOperation'));
}

/** Continues with a page and host that claim the card to have this GUID. */
const resumeAs = async (card: TestCard, guid: string, forgery: Forgery = {}): Promise<OperationAnswer> =>
  relayForged(alice, await alice.openHost(card), {
    ...forgery,
    claim: { serial: null, guid, certificates: [], ...forgery.claim },
  });

describe('a device whose key in 9E was replaced', () => {
  it.each(NAMED)('starts over under its new key when it was interrupted %s', async (_at, pull) => {
    const { card, row } = await interrupted(pull);
    await makeKey(card, '9E');
    expect(row.identity?.endsWith(proofMarkOf(card))).toBe(false);
    expect(await alice.issue(card)).toMatchObject(WAITS);
    const after = rowOf(row);
    expectOwn(after, card);
    expectNothingKept(row);
    expect(liveCertificates(after)).toHaveLength(2);
    expect(isNoted(row)).toBe(true);
  });

  it('loses an approval that was given before', async () => {
    const { card, row } = await interrupted({ method: 'credentials.apply', when: 'before' });
    await cms.store.transaction(async (transaction) => {
      const found = await transaction.openDevice(row.id);
      if (!found) throw new Error('the row is gone');
      const device = { ...found.device, pukApprovedAt: new Date(), pukApprovedBy: 'olga' };
      const none = {
        operations: [],
        escrows: [],
        certificates: [],
        passkeys: [],
        notices: [],
        work: [],
        audit: [],
        events: [],
      };
      await transaction.write({ ...none, devices: [device] });
    });
    await makeKey(card, '9E');
    await alice.issue(card, 'keys');
    expect(rowOf(row)).toMatchObject({ state: 'producing', pukApprovedAt: null, pukApprovedBy: null });
  });

  it('gets a new key where the policy now wants another algorithm there', async () => {
    const { card, row } = await interrupted({ method: 'csr.create', when: 'after' });
    await cms.setPolicy('yubikey', { slots: { '9A': 'P-256', '9E': 'P-384' } });
    expect(await alice.issue(card)).toMatchObject(WAITS);
    await cms.setPolicy('yubikey', { attestationRoots: [cms.vendor.root, another.root] });
    expectOwn(rowOf(row), card);
    expectNothingKept(row);
  });
});

describe('a card that was reset between two sessions', () => {
  it.each(NAMED)('counts as blank and does not continue what was interrupted %s', async (_at, pull) => {
    const { card, row } = await interrupted(pull);
    card.erase();
    expect(await alice.judge(card)).toEqual({ action: 'start', reason: null });
    expect(await alice.issue(card)).toMatchObject(WAITS);
    const fresh = cms.deviceOf(card);
    expect(fresh.id).not.toBe(row.id);
    expectOwn(fresh, card);
    expect(rowOf(row)).toMatchObject({ state: row.state, identity: row.identity });
  });

  it.each(NAMED)('starts over when its page claims its old name (%s)', async (_at, pull) => {
    const { card, row } = await interrupted(pull);
    card.erase();
    expect(await resumeAs(card, row.guid)).toMatchObject(WAITS);
    expectOwn(rowOf(row), card);
    expectNothingKept(row);
    expect(isNoted(row)).toBe(true);
  });
});

describe('another card of the batch, in place of an interrupted one', () => {
  it.each(NAMED)('is a device of its own when its host is honest (%s)', async (_at, pull) => {
    const { card, row } = await interrupted(pull);
    const other = newBatchCard(cms);
    expect(await alice.judge(other)).toEqual({ action: 'start', reason: null });
    expect(await alice.issue(other)).toMatchObject(WAITS);
    expect(rowOf(row)).toMatchObject({ state: row.state, identity: row.identity });
    // The first card continues unchanged.
    expect(await alice.issue(card)).toMatchObject(WAITS);
    expect(rowOf(row).identity).toBe(row.identity);
    expectOwn(rowOf(row), card);
  });

  it.each(
    NAMED.flatMap(([at, pull]) =>
      (['blank', 'with its secrets', 'attesting nothing'] as const).map((how) => [at, how, pull] as const),
    ),
  )('gets nothing that the first had %s, when a lying host shows it %s', async (_at, how, pull) => {
    const { card, row } = await interrupted(pull);
    const other = newBatchCard(cms);
    // Her own host generated them, so it knows them.
    if (how === 'with its secrets') Object.assign(other, { managementKey: card.managementKey, puk: card.puk });
    const answer = await resumeAs(
      other,
      row.guid,
      how === 'attesting nothing' ? { forge: forgeAttestations(() => null) } : {},
    );
    expect(answer).toMatchObject(WAITS);
    const after = rowOf(row);
    if (how === 'attesting nothing') expect(after.identity).toBeNull();
    else expectOwn(after, other);
    expectNothingKept(row);
    expect(after.proof).toBe('not-proved');
    expect(isNoted(row)).toBe(true);
  });

  it('fails with a management key that neither card has', async () => {
    const { row } = await interrupted({ method: 'csr.create', when: 'after' });
    const other = newBatchCard(cms);
    other.managementKey = { algorithm: '3DES', key: Buffer.alloc(24, 7) };
    expect(await resumeAs(other, row.guid)).toMatchObject(refusedWith('MANAGEMENT_KEY_REFUSED'));
    expect(rowOf(row).identity).toBe(row.identity);
  });

  it.each(['producing', 'pending', 'awaiting-approval'] as const)(
    "is refused when it is someone else's and %s there",
    async (state) => {
      const his = newBatchCard(cms);
      const { managementKey } = his;
      const host = await bob.openHost(his);
      if (state === 'producing') host.pull = { method: 'credentials.apply', when: 'after' };
      if (state === 'pending')
        host.user = () => {
          throw new CardwrightError('USER_CANCELLED');
        };
      expect(await bob.relay(host)).toMatchObject({ deviceState: state });
      const before = cms.deviceOf(his);
      const { row } = await interrupted({ method: 'csr.create', when: 'after' });
      his.managementKey = managementKey;
      expect(await resumeAs(his, row.guid)).toMatchObject(refusedWith('ATTESTATION_CONTRADICTS'));
      expect(rowOf(before)).toEqual(before);
      expect(rowOf(row).identity).toBe(row.identity);
    },
  );

  it.each<[string, () => TestCard]>([
    ['of another vendor', () => newBatchCard(cms, another)],
    ['of another firmware', () => hidden(new TestCard('yubikey', cms.newSerial(), cms.vendor, 'yubikey-5.4'))],
    ['that names a serial number', () => cms.newCard('yubikey')],
    ['of another vendor, that names a serial number', () => new TestCard('yubikey', cms.newSerial(), another)],
    ['of another vendor and firmware', () => hidden(new TestCard('yubikey', cms.newSerial(), another))],
  ])('is refused when it is one %s', async (_which, make) => {
    const { row } = await interrupted({ method: 'credentials.apply', when: 'before' });
    expect(await resumeAs(make(), row.guid)).toMatchObject(refusedWith('ATTESTATION_CONTRADICTS'));
    expect(rowOf(row).identity).toBe(row.identity);
    expect(liveCertificates(rowOf(row))).toEqual([]);
  });

  it.each(['producing', 'pending'] as const)(
    'cannot take over the device of someone else that is %s',
    async (state) => {
      const { row } = await interrupted(
        state === 'producing' ? { method: 'csr.create', when: 'after' } : { method: 'pin.change', when: 'before' },
      );
      expect(row.state).toBe(state);
      const host = await bob.openHost(newBatchCard(cms));
      const device = { ...host.startRequest.device, guid: row.guid };
      expect((await bob.post('operations', { ...host.startRequest, device })).code).toBe('DEVICE_NOT_ELIGIBLE');
      expect(rowOf(row)).toEqual(row);
    },
  );
});

/** Switches the serial number of a card off. */
function hidden(card: TestCard): TestCard {
  card.state.hidesSerial = true;
  return card;
}
