import { describe, expect, it } from '@jest/globals';
import { CardwrightError } from '@cardwright/protocol';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { TestCard } from '../../support/host-and-card/test-card.js';
import type { PlayedHost } from '../../support/host-and-card/played-host.js';
import { forgeAttestations, refusedWith, relayForged, startWith } from '../../support/forging.js';
import { attestationOf, makeKey } from '../../support/host-and-card/card-program.js';
import { CmsUser } from '../support/cms-user.js';
import { FEW_SLOTS, TestCms } from '../support/test-cms.js';
import { ALICE, OLGA, OSCAR } from '../support/test-people.js';

type Capabilities = NonNullable<DeviceInfo['capabilities']>;

/** Attack: a user without a card generates keys in software and claims that they are on a card. */

const cms = await TestCms.open({ policy: { slots: FEW_SLOTS } });
const alice = new CmsUser(cms, ALICE);
const olga = new CmsUser(cms, OLGA);
const oscar = new CmsUser(cms, OSCAR);
// The policy of a new portal.
await cms.setPolicy('piv', { unprovenKeys: 'supervised' });

/** Claims changed capabilities of the card. */
function claiming({ startRequest: { device } }: PlayedHost, changes: Partial<Capabilities>) {
  if (!device.capabilities) throw new Error('a card has capabilities');
  return { capabilities: { ...device.capabilities, ...changes } };
}

describe('software that says it is a security key', () => {
  it.each([
    ['and attests nothing', {}],
    ['and does not claim that it could attest', { attestation: false }],
    ['and claims to be able to do nothing at all', { attestation: false, changeManagementKey: false, metadata: false }],
  ])('%s, gets no certificate and no row', async (_how, capabilities) => {
    const card = new TestCard('yubikey', cms.newSerial(), null);
    const host = await alice.openHost(card);
    const claim = claiming(host, capabilities);
    const refused =
      'attestation' in capabilities
        ? (await alice.post('operations', startWith(host, claim))).code
        : (await relayForged(alice, host, { claim })).error?.data.name;
    expect(refused).toBe('attestation' in capabilities ? 'DEVICE_NOT_ELIGIBLE' : 'ATTESTATION_MISSING');
    expect(cms.devices.filter((row) => row.serial === card.serial)).toEqual([]);
  });

  it('is refused with the attestation of a real one', async () => {
    const real = cms.newCard('yubikey');
    await makeKey(real, '9E');
    const card = new TestCard('yubikey', real.serial, cms.vendor);
    const forge = forgeAttestations((slot) => attestationOf(real, slot));
    const answer = await relayForged(alice, await alice.openHost(card), { forge });
    expect(answer).toMatchObject(refusedWith('ATTESTATION_CONTRADICTS'));
    expect(cms.devices.filter((row) => row.serial === card.serial)).toEqual([]);
  });
});

describe('software that says it is a plain card', () => {
  async function newAwaiting(user: CmsUser) {
    const card = cms.newCard('piv');
    expect(await user.issue(card)).toMatchObject({ state: 'done', deviceState: 'awaiting-approval' });
    return cms.deviceOf(card);
  }
  const find = (id: string) => cms.devices.find((device) => device.id === id);
  const statusesOf = (id: string) => find(id)?.certificates.map(({ status }) => status);

  it('waits for approval by another operator, with certificates on hold until then', async () => {
    const { id, proof } = await newAwaiting(alice);
    expect(proof).toBe('not-proved');
    expect(statusesOf(id)).toEqual(['on-hold', 'on-hold']);
    for (const action of ['activate', 'resume', 'release'] as const)
      expect((await olga.act(id, action, action === 'release' ? 'I want it.' : undefined)).code).toBe('DEVICE_STATE');
    expect((await alice.act(id, 'approve')).code).toBe('FORBIDDEN');
    expect(statusesOf(id)).toEqual(['on-hold', 'on-hold']);
    expect(await olga.act(id, 'approve')).toMatchObject({ body: { state: 'active' } });
    expect(statusesOf(id)).toEqual(['good', 'good']);
  });

  it('needs another operator’s approval when an operator runs it, even after a detour', async () => {
    const { id } = await newAwaiting(olga);
    expect((await olga.act(id, 'approve')).code).toBe('FORBIDDEN');
    expect((await olga.act(id, 'suspend')).status).toBe(200);
    expect((await olga.act(id, 'activate')).code).toBe('DEVICE_STATE');
    expect(await olga.act(id, 'resume')).toMatchObject({ body: { state: 'awaiting-approval' } });
    expect((await olga.act(id, 'approve')).code).toBe('FORBIDDEN');
    expect(find(id)?.state).toBe('awaiting-approval');
    expect(await oscar.act(id, 'approve')).toMatchObject({ body: { state: 'active' } });
  });

  it('gains nothing by giving up at the PIN: another operator must activate it', async () => {
    const card = cms.newCard('piv');
    const host = await olga.openHost(card);
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    expect(await olga.relay(host)).toMatchObject({ state: 'running', deviceState: 'pending' });
    const { id } = cms.deviceOf(card);
    expect((await olga.act(id, 'activate')).code).toBe('FORBIDDEN');
    expect(find(id)?.state).toBe('pending');
    expect(await oscar.act(id, 'activate')).toMatchObject({ body: { state: 'active' } });
  });

  it('is refused where the policy wants proof', async () => {
    await cms.setPolicy('piv', { unprovenKeys: 'refuse' });
    try {
      const host = await alice.openHost(cms.newCard('piv'));
      expect((await alice.post('operations', host.startRequest)).code).toBe('DEVICE_NOT_ELIGIBLE');
      // Software can promise a proof and then fail to give it.
      const answer = await relayForged(alice, host, { claim: claiming(host, { attestation: true }) });
      expect(answer).toMatchObject({ ...refusedWith('ATTESTATION_MISSING'), deviceState: null });
    } finally {
      await cms.setPolicy('piv', { unprovenKeys: 'supervised' });
    }
  });
});
