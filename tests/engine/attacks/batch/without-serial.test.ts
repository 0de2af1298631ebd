import { afterEach, describe, expect, it } from '@jest/globals';
import type { DevicePolicy } from '@cardwright/cms/policies';
import { forgeAttestations, refusedWith, relayForged, type Forge } from '../../../support/forging.js';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import { CmsUser } from '../../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../../support/test-cms.js';
import { ALICE, OLGA } from '../../support/test-people.js';
import { liveCertificates, newBatchCard } from './batch.js';

/** Attacks on the policy of a new portal, by which an operator may approve a device of old firmware that signs no serial number. */

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);
const olga = new CmsUser(cms, OLGA);
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
