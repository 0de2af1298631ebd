import { afterEach, describe, expect, it } from '@jest/globals';
import type { DevicePolicy } from '@cardwright/cms/policies';
import { forgeAttestations, refusedWith, relayForged, type Forge } from '../../../support/forging.js';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { keyPairIn, makeKey } from '../../../support/host-and-card/card-program.js';
import { attestKey, newAttestationAuthority } from '../../../integration/portal/support/attestation-authority.js';
import { CmsUser } from '../../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../../support/test-cms.js';
import { ALICE, OLGA } from '../../support/test-people.js';
import { BATCH, liveCertificates, newBatchCard } from './batch.js';

/** Attacks on the policy of a new portal, by which an operator may approve a device of old firmware that signs no serial number. */

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);
const olga = new CmsUser(cms, OLGA);
const another = await newAttestationAuthority();
afterEach(() => cms.setPolicy('yubikey'));

/** Days before the end of a certificate that are always reached, so that it can be renewed at once. */
const ALWAYS = 3650;
const WAITS = { state: 'done', deviceState: 'awaiting-approval' };

const issueWith = async (card: TestCard, forge: Forge) => relayForged(alice, await alice.openHost(card), { forge });

/** Changes the policy once the card is asked for this. */
const changesAt =
  (method: string, changes: Partial<DevicePolicy>): Forge =>
  async (outcomes, { commands }) => {
    if (commands.some((one) => one.method === method)) await cms.setPolicy('yubikey', changes);
    return outcomes;
  };

it('holds such a device until another operator has approved it', async () => {
  const card = newBatchCard(cms);
  expect(await alice.issue(card)).toMatchObject(WAITS);
  const { id, proof, certificates } = cms.deviceOf(card);
  expect([proof, certificates.map(({ status }) => status)]).toEqual(['not-proved', ['on-hold', 'on-hold']]);
  expect((await alice.act(id, 'approve')).code).toBe('FORBIDDEN');
  expect(await olga.act(id, 'approve')).toMatchObject({ body: { state: 'active' } });
});

it('has no operator approve it once the policy refuses it', async () => {
  const card = newBatchCard(cms);
  await alice.issue(card);
  await cms.setPolicy('yubikey', { withoutSerialBefore: null });
  expect((await olga.act(cms.deviceOf(card).id, 'approve')).code).toBe('DEVICE_NOT_ELIGIBLE');
});

it('has no operator approve it once its vendor is no longer trusted', async () => {
  const card = newBatchCard(cms);
  await alice.issue(card);
  await cms.setPolicy('yubikey', { attestationRoots: [] });
  expect((await olga.act(cms.deviceOf(card).id, 'approve')).code).toBe('DEVICE_NOT_ELIGIBLE');
});

it('is renewed with the keys that it has, until the policy refuses it', async () => {
  await cms.setPolicy('yubikey', { renewalDays: ALWAYS });
  const card = newBatchCard(cms);
  await alice.issue(card);
  const { id } = cms.deviceOf(card);
  await olga.act(id, 'approve');
  const renew = async () => alice.relay(await alice.openHost(card), undefined, 'renew');
  const keys = () => liveCertificates(cms.deviceOf(card)).map(({ slot, keyHash }) => [slot, keyHash]);
  const before = new Set(keys().map(String));
  expect(await renew()).toMatchObject({ state: 'done', deviceState: 'active' });
  expect(new Set(keys().map(String))).toEqual(before);
  await cms.setPolicy('yubikey', { renewalDays: ALWAYS, withoutSerialBefore: null });
  expect(await renew()).toMatchObject(refusedWith('ATTESTATION_MISSING'));
});

describe('a key that no vendor attests, which such a device got under a laxer policy', () => {
  const LAXER = { unprovenKeys: 'supervised', renewalDays: ALWAYS } as const;
  const STRICT = { renewalDays: ALWAYS } as const;
  /** The host shows no attestation of the key in 9A. */
  const unattested = forgeAttestations((slot, own) => (slot === '9A' ? null : own));
  const RENEWED = { state: 'done', deviceState: 'active' };
  const TWO_VENDORS: Partial<DevicePolicy> = { attestationRoots: [cms.vendor.root, another.root] };

  /** Issues a device of the batch with such a key, which an operator has approved. */
  async function approved(): Promise<TestCard> {
    await cms.setPolicy('yubikey', LAXER);
    const card = newBatchCard(cms);
    expect(await issueWith(card, unattested)).toMatchObject(WAITS);
    expect(await olga.act(cms.deviceOf(card).id, 'approve')).toMatchObject({ body: { state: 'active' } });
    return card;
  }
  const renew = async (card: TestCard, forge: Forge = (outcomes) => outcomes) =>
    relayForged(alice, await alice.openHost(card), { kind: 'renew', forge });
  const good = (card: TestCard) => cms.deviceOf(card).certificates.filter(({ status }) => status === 'good');
  const serials = (card: TestCard) => good(card).map(({ serialNumber }) => serialNumber);

  it('is renewed while the policy is as lax, and asks no vendor', async () => {
    const card = await approved();
    const before = serials(card);
    expect(await renew(card, unattested)).toMatchObject(RENEWED);
    expect(serials(card).filter((serial) => before.includes(serial))).toEqual([]);
  });

  it('is not renewed once the policy is strict again, unless its vendor attests it', async () => {
    const card = await approved();
    const before = serials(card);
    await cms.setPolicy('yubikey', STRICT);
    expect(await renew(card, unattested)).toMatchObject(refusedWith('ATTESTATION_MISSING'));
    expect(serials(card)).toEqual(before);
    expect(await renew(card)).toMatchObject(RENEWED);
    expect(serials(card).filter((serial) => before.includes(serial))).toEqual([]);
  });

  it.each([
    ['of another slot', (own: TestCard) => ({ card: own, slot: '9E' }) as const, 'ATTESTATION_CONTRADICTS'],
    [
      'of another key of the batch',
      () => ({ card: newBatchCard(cms), slot: '9A' }) as const,
      'ATTESTATION_CONTRADICTS',
    ],
  ])('is not renewed with the attestation %s', async (_what, shown, code) => {
    const card = await approved();
    await cms.setPolicy('yubikey', STRICT);
    const { card: other, slot } = shown(card);
    if (other !== card) await makeKey(other, slot);
    const { publicKey } = await keyPairIn(other, slot);
    const theirs = await attestKey(cms.vendor, publicKey, { slot, ...BATCH });
    const forge = forgeAttestations((asked, own) => (asked === '9A' ? theirs : own));
    expect(await renew(card, forge)).toMatchObject(refusedWith(code));
  });

  it.each([
    ['vendor', { vendor: another, facts: BATCH }, TWO_VENDORS],
    ['firmware', { vendor: cms.vendor, facts: { ...BATCH, firmware: [4, 3, 8] } }, {}],
  ] as const)('is not renewed with the attestation of another %s', async (_what, { vendor, facts }, policy) => {
    const card = await approved();
    await cms.setPolicy('yubikey', { ...STRICT, ...policy });
    const { publicKey } = await keyPairIn(card, '9A');
    const theirs = await attestKey(vendor, publicKey, { slot: '9A', ...facts });
    const forge = forgeAttestations((asked, own) => (asked === '9A' ? theirs : own));
    expect(await renew(card, forge)).toMatchObject(refusedWith('ATTESTATION_CONTRADICTS'));
  });

  it.each(['pin.verify', 'certificate.write'])(
    'gets no good certificate if the policy is strict from %s on',
    async (method) => {
      const card = await approved();
      const before = serials(card);
      expect(await renew(card, changesAt(method, STRICT))).toMatchObject(refusedWith('ATTESTATION_MISSING'));
      expect(serials(card)).toEqual(before);
    },
  );

  it('gets no good certificate by a renewal that was broken off before the policy was strict', async () => {
    const card = await approved();
    const before = serials(card);
    const host = await alice.openHost(card);
    host.pull = { method: 'certificate.write', when: 'before' };
    expect(await alice.relay(host, undefined, 'renew')).toMatchObject({ state: 'running' });
    await cms.setPolicy('yubikey', STRICT);
    expect(await renew(card, unattested)).toMatchObject(refusedWith('ATTESTATION_MISSING'));
    expect(serials(card)).toEqual(before);
  });

  it('is certified again if its vendor attests it when such a renewal continues', async () => {
    const card = await approved();
    const host = await alice.openHost(card);
    host.pull = { method: 'certificate.write', when: 'before' };
    const { operation } = await alice.relay(host, undefined, 'renew');
    await cms.setPolicy('yubikey', STRICT);
    expect(await renew(card)).toMatchObject({ ...RENEWED, operation });
  });
});

describe('refuses', () => {
  it('software that says it is such a device', async () => {
    const software = new TestCard('yubikey', cms.newSerial(), null, 'yubikey-4.3.7');
    expect(await alice.issue(software)).toMatchObject({ ...refusedWith('ATTESTATION_MISSING'), deviceState: null });
  });

  it('a key of such a device that nobody attests', async () => {
    const card = newBatchCard(cms);
    const forge = forgeAttestations((slot, own) => (slot === '9A' ? null : own));
    expect(await issueWith(card, forge)).toMatchObject(refusedWith('ATTESTATION_MISSING'));
    expect(liveCertificates(cms.deviceOf(card))).toEqual([]);
  });

  it('newer firmware that hides its serial number', async () => {
    const card = cms.newCard('yubikey');
    card.state.hidesSerial = true;
    const claim = { serial: null, guid: null };
    const answer = await relayForged(alice, await alice.openHost(card), { claim });
    expect(answer).toMatchObject({ ...refusedWith('ATTESTATION_MISSING'), deviceState: null });
  });

  it('newer firmware that hides its serial number, and claims to be older', async () => {
    const card = cms.newCard('yubikey');
    card.state.hidesSerial = true;
    const claim = { serial: null, guid: null, firmware: '4.3.7' };
    const answer = await relayForged(alice, await alice.openHost(card), { claim });
    expect(answer).toMatchObject({ ...refusedWith('ATTESTATION_CONTRADICTS'), deviceState: null });
  });

  it.each([
    ['such devices are refused', { withoutSerialBefore: null }],
    ['such devices are refused from an older firmware on', { withoutSerialBefore: '4.3.7' }],
    ['its vendor is no longer trusted', { attestationRoots: [] }],
  ])('such a device as soon as %s, however far it is', async (_what, changes) => {
    for (const method of ['key.generate', 'certificate.write', 'pin.change']) {
      await cms.setPolicy('yubikey');
      const card = newBatchCard(cms);
      const answer = await issueWith(card, changesAt(method, changes));
      expect([method, answer.error?.data.name]).toEqual([method, expect.stringMatching(/^ATTESTATION_/)]);
      expect(cms.deviceOf(card).state).not.toBe('active');
    }
  });
});
