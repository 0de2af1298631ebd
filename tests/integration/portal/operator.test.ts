import { execFileSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import * as v from 'valibot';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { ageProof, WANTS_PROOF } from './support/aged-proof.js';
import { FakeDisplay } from './support/fake-display.js';
import { act, setPolicy } from './support/operator.js';
import { newPendingDevice } from './support/pending-device.js';
import { Browser, listDevices, startTestPortal, type TestPortal } from './support/test-portal.js';

let portal: TestPortal;
let alice: Browser;
let olga: Browser;

beforeAll(async () => {
  portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '3' }, { everyKey: true });
  alice = await Browser.login(portal, 'alice');
  olga = await Browser.login(portal, 'olga');
});
afterAll(() => portal.remove());

const terminate = (id: string) => act(olga, id, 'terminate');

/** Prints the CRL by openssl. */
async function readCrl(): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${portal.port}/ca/crl.der`);
  const input = Buffer.from(await response.arrayBuffer());
  return execFileSync('openssl', ['crl', '-inform', 'DER', '-noout', '-text'], { input, encoding: 'utf8' });
}

/** Lists the CRL's reasons for each certificate of a device. */
async function crlReasons(id: string): Promise<(string | undefined)[]> {
  const crl = await readCrl();
  const row = (await listDevices(olga, '/api/operator/devices')).devices.find((device) => device.id === id);
  return (row?.certificates ?? []).map(({ serialNumber }) => {
    const entry = crl
      .split('Serial Number: ')
      .find((part) => part.toLowerCase().startsWith(serialNumber.toLowerCase()));
    return entry && /Reason Code:\s+(.+)/.exec(entry)?.[1];
  });
}

describe('a pending device', () => {
  it('has its certificates on hold on the CRL until an operator activates it', async () => {
    const { id } = (await newPendingDevice(alice)).row;
    expect(await crlReasons(id)).toEqual(Array.from({ length: 4 }, () => 'Certificate Hold'));
    expect(await act(olga, id, 'activate')).toMatchObject({ body: { state: 'active' } });
    expect(await crlReasons(id)).toEqual([undefined, undefined, undefined, undefined]);
    expect(await act(olga, id, 'activate')).toMatchObject({
      status: 409,
      code: 'DEVICE_STATE',
    });
    await act(olga, id, 'suspend');
    expect(await crlReasons(id)).toContain('Certificate Hold');
    expect(await act(olga, id, 'resume')).toMatchObject({ body: { state: 'active' } });
    await terminate(id);
    expect(await crlReasons(id)).toEqual(Array.from({ length: 4 }, () => 'Cessation Of Operation'));
  });
});

describe('the initial PIN of a device', () => {
  it('is shown to one window of an operator, sealed, and the audit log records it', async () => {
    const {
      card,
      row: { id },
    } = await newPendingDevice(alice);
    const display = await FakeDisplay.open();
    const path = `/api/operator/devices/${id}/initial-pin`;
    expect((await alice.post(path, display.request())).code).toBe('FORBIDDEN');

    const { body } = await olga.post(path, display.request());
    expect(JSON.stringify(body)).not.toContain(card.pin);
    expect(await display.read(body, olga)).toEqual({
      origin: portal.origin,
      device: `guid:${card.guid ?? ''}`,
      label: 'initial-pin',
      owner: 'Alice Example',
      secret: card.pin,
    });

    const log = (await olga.get('/api/operator/audit')).body;
    expect(log).toMatchObject({
      entries: expect.arrayContaining([
        expect.objectContaining({ actor: 'olga', event: 'initial-pin.shown', deviceId: id }),
      ]),
    });
    expect(JSON.stringify(log)).not.toContain(card.pin);
    await terminate(id);
    expect((await olga.post(path, display.request())).code).toBe('DEVICE_STATE');
  });

  it('is shown only to an operator who has proved who she is in the last ten minutes', async () => {
    const {
      card,
      row: { id },
    } = await newPendingDevice(alice);
    const ask = async () => {
      const display = await FakeDisplay.open();
      const answer = await olga.post(`/api/operator/devices/${id}/initial-pin`, display.request());
      return answer.status === 200 ? (await display.read(answer.body, olga)).secret : answer;
    };
    await ageProof(olga);
    expect(await ask()).toMatchObject(WANTS_PROOF);
    expect((await olga.get('/api/operator/audit')).body).toMatchObject({
      entries: expect.arrayContaining([
        expect.objectContaining({
          actor: 'olga',
          event: 'initial-pin.shown',
          outcome: 'failed',
          deviceId: id,
          detail: { reason: 'LOGIN_REQUIRED' },
        }),
      ]),
    });
    expect(await olga.post('/api/session/proof', { password: 'olga-password' })).toMatchObject({ status: 200 });
    expect(await ask()).toBe(card.pin);
    await terminate(id);
  });
});

it('keeps the certificates of a device that waits for approval on hold on the CRL until an operator approved it', async () => {
  await setPolicy(portal, olga, 'piv', { unprovenKeys: 'supervised' });
  try {
    const card = new TestCard('piv', null, null);
    expect(await alice.relay(await alice.openHost(card))).toMatchObject({ deviceState: 'awaiting-approval' });
    const id = (await listDevices(alice)).devices.find(({ guid }) => guid === card.guid)?.id ?? '';
    expect(await crlReasons(id)).toEqual(['Certificate Hold', 'Certificate Hold']);
    expect(await act(olga, id, 'approve')).toMatchObject({ body: { state: 'active' } });
    expect(await crlReasons(id)).toEqual([undefined, undefined]);
    await terminate(id);
  } finally {
    await setPolicy(portal, olga, 'piv', { unprovenKeys: 'allow' });
  }
});

it("shows users how many devices they may have, in the browser's preferred language", async () => {
  const ids = [await newPendingDevice(alice), await newPendingDevice(alice), await newPendingDevice(alice)].map(
    ({ row }) => row.id,
  );
  expect((await listDevices(alice)).limit).toEqual({
    max: 3,
    used: 3,
    reason: 'You can have 3 devices. To add another, ask your help desk to terminate one of them.',
  });
  const inGerman = await alice.send('GET', '/api/devices', undefined, { 'accept-language': 'qaa, de;q=0.8' });
  expect(inGerman.body).toMatchObject({
    limit: {
      reason:
        'Sie können 3 Geräte haben. Um ein weiteres hinzuzufügen, lassen Sie eines davon von Ihrem Helpdesk stilllegen.',
    },
  });
  for (const id of ids) await terminate(id);
  expect((await listDevices(alice)).limit).toEqual({ max: 3, used: 0, reason: null });
});

describe('the device policy', () => {
  const policies = v.object({
    policies: v.array(v.object({ model: v.string(), policy: v.record(v.string(), v.unknown()) })),
  });
  /** Reads the policy for plain cards. */
  const read = async () =>
    validate(policies, (await olga.get('/api/operator/policy')).body).policies.find(({ model }) => model === 'piv');

  it('lets used devices be erased, unless an operator refuses that; an old form without that member changes nothing', async () => {
    const piv = await read();
    expect(piv?.policy.reset).toBe('allow');
    const { reset, ...older } = piv?.policy ?? {};
    expect(reset).toBe('allow');
    await olga.send('PUT', '/api/operator/policy', { model: 'piv', policy: { ...older, reset: 'refuse' } });
    expect((await read())?.policy.reset).toBe('refuse');
    await olga.send('PUT', '/api/operator/policy', { model: 'piv', policy: older });
    expect((await read())?.policy.reset).toBe('allow');
  });

  it('is refused if its management key does not have the length of the algorithm', async () => {
    const piv = await read();
    const policy = { ...piv?.policy, factoryKeyAlgorithms: [{ from: '0', algorithm: 'AES-256' }] };
    const factory = { pin: '000000', puk: '87654321', managementKey: 'ab'.repeat(24) };
    expect((await olga.send('PUT', '/api/operator/policy', { model: 'piv', policy, factory })).code).toBe(
      'INVALID_PARAMS',
    );
    expect((await olga.send('PUT', '/api/operator/policy', { model: 'piv', policy })).code).toBe('INVALID_PARAMS');
    expect((await read())?.policy).toMatchObject({ factoryKeyAlgorithms: [{ from: '0', algorithm: '3DES' }] });
    expect((await olga.send('PUT', '/api/operator/policy', { model: 'new', policy: piv?.policy })).code).toBe(
      'INVALID_PARAMS',
    );
  });
});

// Last, because for a minute afterwards its operator proves nothing either.
describe('a password', () => {
  it('can be tried only so often that it cannot be guessed; a login is counted separately', async () => {
    const oscar = await Browser.login(portal, 'oscar');
    const prove = (password: string) => oscar.post('/api/session/proof', { password });
    for (let tries = 0; tries < 5; tries += 1)
      expect(await prove(`guess ${tries}`)).toMatchObject({ status: 403, code: 'PASSWORD_INCORRECT' });
    expect(await prove('oscar-password')).toMatchObject({ status: 429, code: 'RATE_LIMITED' });
    await Browser.login(portal, 'oscar');
    const log = (await olga.get('/api/operator/audit')).body;
    expect(log).toMatchObject({
      entries: expect.arrayContaining([
        expect.objectContaining({
          actor: 'oscar',
          event: 'login.renewed',
          outcome: 'failed',
          detail: { reason: 'PASSWORD_INCORRECT' },
        }),
      ]),
    });
    expect(JSON.stringify(log)).not.toContain('guess');
  });
});
