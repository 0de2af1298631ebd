import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { CardwrightError, type DeviceInfo } from '@cardwright/protocol';
import { attestationOf, makeKey } from '../../../support/host-and-card/card-program.js';
import { TestCard } from '../../../support/host-and-card/test-card.js';
import type { PlayedHost } from '../../../support/host-and-card/played-host.js';
import { Browser, startTestPortal, TEST_VENDOR, type TestPortal } from '../support/test-portal.js';
import { act, forgeAttestations, listAll, refusedWith, relayForged, setPolicy, startWith } from './forging.js';

type Capabilities = NonNullable<DeviceInfo['capabilities']>;

/** Someone with a login and no card makes keys in software, and says that they are on one. */

let portal: TestPortal;
let alice: Browser;
let olga: Browser;
let oscar: Browser;
let serial = 33_000_000;

beforeAll(async () => {
  portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '100' });
  [alice, olga, oscar] = [
    await Browser.login(portal, 'alice'),
    await Browser.login(portal, 'olga'),
    await Browser.login(portal, 'oscar'),
  ];
  await setPolicy(portal, olga, 'yubikey');
  // As the portal's own configuration has it.
  await setPolicy(portal, olga, 'piv', { unprovenKeys: 'supervised' });
});
afterAll(() => portal.remove());

/** How the CRL lists certificates, by their serial numbers; undefined where it does not. */
async function onCrl(serialNumbers: readonly string[]): Promise<(string | undefined)[]> {
  const response = await fetch(`http://127.0.0.1:${portal.port}/ca/crl.der`);
  const input = Buffer.from(await response.arrayBuffer());
  const crl = execFileSync('openssl', ['crl', '-inform', 'DER', '-noout', '-text'], { input, encoding: 'utf8' });
  const entries = crl.split('Serial Number: ');
  return serialNumbers.map((number) => {
    const entry = entries.find((text) => text.toLowerCase().startsWith(number.toLowerCase()));
    return entry && /Reason Code:\s+(.+)/.exec(entry)?.[1];
  });
}

/** The card's capabilities with some changed. */
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
    const card = new TestCard('yubikey', String((serial += 1)), null);
    const host = await alice.openHost(card);
    const claim = claiming(host, capabilities);
    const refused =
      'attestation' in capabilities
        ? (await alice.post('/api/operations', startWith(host, claim))).code
        : (await relayForged(alice, host, { claim })).error?.data.name;
    expect(refused).toBe('attestation' in capabilities ? 'DEVICE_NOT_ELIGIBLE' : 'ATTESTATION_MISSING');
    expect((await listAll(olga)).filter((row) => row.serial === card.serial)).toEqual([]);
  });

  it('with the attestation of a real one, is refused', async () => {
    const real = new TestCard('yubikey', String((serial += 1)), TEST_VENDOR);
    await makeKey(real, '9E');
    const card = new TestCard('yubikey', real.serial, TEST_VENDOR);
    const forge = forgeAttestations((slot) => attestationOf(real, slot));
    const answer = await relayForged(alice, await alice.openHost(card), { forge });
    expect(answer).toMatchObject(refusedWith('ATTESTATION_CONTRADICTS'));
    expect((await listAll(olga)).filter((row) => row.serial === card.serial)).toEqual([]);
  });
});

describe('software that says it is a plain card', () => {
  async function newAwaiting(browser: Browser) {
    const known = new Set((await listAll(olga)).map(({ id }) => id));
    const host = await browser.openHost(new TestCard('piv', null, null));
    expect(await browser.relay(host)).toMatchObject({ state: 'done', deviceState: 'awaiting-approval' });
    const row = (await listAll(olga)).find(({ id }) => !known.has(id));
    if (!row) throw new Error('the card has a row');
    return row;
  }
  const stateOf = async (id: string) => (await listAll(olga)).find((row) => row.id === id)?.state;

  it('waits for approval, its certificates on hold on the CRL until another operator approved it', async () => {
    const { id, proof, certificates } = await newAwaiting(alice);
    const numbers = certificates.map(({ serialNumber }) => serialNumber);
    expect(proof).toBe('not-proved');
    expect(numbers).toHaveLength(2);
    expect(await onCrl(numbers)).toEqual(['Certificate Hold', 'Certificate Hold']);
    for (const action of ['activate', 'resume', 'release'])
      expect((await act(olga, id, action, action === 'release' ? 'I want it.' : undefined)).code).toBe('DEVICE_STATE');
    expect((await act(alice, id, 'approve')).code).toBe('FORBIDDEN');
    expect(await onCrl(numbers)).toEqual(['Certificate Hold', 'Certificate Hold']);
    expect(await act(olga, id, 'approve')).toMatchObject({ body: { state: 'active' } });
    expect(await onCrl(numbers)).toEqual([undefined, undefined]);
  });

  it('is approved for an operator only by another one, also after a detour', async () => {
    const { id } = await newAwaiting(olga);
    expect((await act(olga, id, 'approve')).code).toBe('FORBIDDEN');
    expect((await act(olga, id, 'suspend')).status).toBe(200);
    expect((await act(olga, id, 'activate')).code).toBe('DEVICE_STATE');
    expect(await act(olga, id, 'resume')).toMatchObject({ body: { state: 'awaiting-approval' } });
    expect((await act(olga, id, 'approve')).code).toBe('FORBIDDEN');
    expect(await stateOf(id)).toBe('awaiting-approval');
    expect(await act(oscar, id, 'approve')).toMatchObject({ body: { state: 'active' } });
  });

  it('is no better off when it gives up at the PIN: who activates it is another operator too', async () => {
    const known = new Set((await listAll(olga)).map(({ id }) => id));
    const host = await olga.openHost(new TestCard('piv', null, null));
    host.user = () => {
      throw new CardwrightError('USER_CANCELLED');
    };
    expect(await olga.relay(host)).toMatchObject({ state: 'running', deviceState: 'pending' });
    const id = (await listAll(olga)).find((row) => !known.has(row.id))?.id ?? '';
    expect((await act(olga, id, 'activate')).code).toBe('FORBIDDEN');
    expect(await stateOf(id)).toBe('pending');
    expect(await act(oscar, id, 'activate')).toMatchObject({ body: { state: 'active' } });
  });

  it('is refused where the policy wants proof', async () => {
    await setPolicy(portal, olga, 'piv', { unprovenKeys: 'refuse' });
    try {
      const host = await alice.openHost(new TestCard('piv', null, null));
      expect((await alice.post('/api/operations', host.startRequest)).code).toBe('DEVICE_NOT_ELIGIBLE');
      // It can claim that it will prove itself, and then not do so.
      const answer = await relayForged(alice, host, { claim: claiming(host, { attestation: true }) });
      expect(answer).toMatchObject({ ...refusedWith('ATTESTATION_MISSING'), deviceState: null });
    } finally {
      await setPolicy(portal, olga, 'piv', { unprovenKeys: 'supervised' });
    }
  });
});
