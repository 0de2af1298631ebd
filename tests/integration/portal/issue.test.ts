import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { validate } from '@cardwright/protocol';
import { operationAnswer } from '@cardwright/protocol/cms';
import { sql } from 'drizzle-orm';
import { openPortalDatabase } from '../../../portal/src/server/store/database.js';
import { forgeAttestations, forgeOf, relayForged } from '../../support/forging.js';
import { attestKey, newKeys, type AttestationAuthority } from './support/attestation-authority.js';
import { keyPairIn, requestBy } from '../../support/host-and-card/card-program.js';
import { TestCard } from '../../support/host-and-card/test-card.js';
import { changePolicy } from './support/operator.js';
import { Browser, listDevices, startTestPortal, type TestPortal, TEST_VENDOR } from './support/test-portal.js';
import { drawnTests, thoroughIt } from '../../support/thorough.js';

const drawnIt = drawnTests(2);

let portal: TestPortal;
let vendor: AttestationAuthority;
let alice: Browser;

beforeAll(async () => {
  vendor = TEST_VENDOR;
  portal = await startTestPortal({ CARDWRIGHT_DEVICE_LIMIT: '20' }, { everyKey: true });
  const { devicePolicies } = portal.configuration;
  const olga = await Browser.login(portal, 'olga');
  const policy = { ...devicePolicies.yubikey?.policy, attestationRoots: [vendor.root] };
  expect((await olga.send('PUT', '/api/operator/policy', { model: 'yubikey', policy })).status).toBe(200);
  alice = await Browser.login(portal, 'alice');
});
afterAll(() => portal.remove());

describe('a blank yubikey', () => {
  drawnIt('becomes active in six calls, with attested keys, fresh credentials and no factory value left', async () => {
    const card = new TestCard('yubikey', '11111111', vendor);
    const host = await alice.openHost(card);
    const before = alice.operationCalls;
    const answer = await alice.relay(host);
    expect(answer).toMatchObject({
      state: 'done',
      phase: { name: 'finished', text: 'Finished' },
      progress: 100,
      deviceState: 'active',
      error: null,
    });
    expect(alice.operationCalls - before).toBe(6);

    const device = (await listDevices(alice)).devices.find(({ serial }) => serial === '11111111');
    expect(device).toMatchObject({ state: 'active', proof: 'attested', managementKey: 'own' });
    expect(device?.certificates.map(({ slot, status, algorithm }) => `${slot} ${algorithm} ${status}`)).toEqual([
      '9A P-256 good',
      '9C P-256 good',
      '9D RSA-2048 good',
      '9E P-256 good',
    ]);
    expect(card.managementKey.key.toString('hex')).not.toBe('010203040506070801020304050607080102030405060708');
    expect(card.puk).not.toBe('12345678');
    expect(card.pin).toBe('739164');
    expect([...card.objects.keys()].sort()).toEqual(['ccc', 'chuid']);
    expect(card.pukTries).toBe(3);
  });

  drawnIt(
    'is issued in phases that the portal names in the language of the user, also for repeated results',
    async () => {
      const host = await alice.openHost(new TestCard('yubikey', '11111115', vendor));
      const speaking = (tag: string, path: string, body: unknown) =>
        alice.send('POST', `/api/operations${path}`, body, {
          origin: portal.origin,
          'content-type': 'application/json',
          'accept-language': tag,
        });
      const { body: begun } = await speaking('de-AT, en;q=0.5', '', host.startRequest);
      expect(begun).toMatchObject({ phase: { name: 'authenticate', text: 'Ihr Gerät wird entsperrt' } });
      const { operation, step } = validate(operationAnswer, begun);
      const results = { step: step?.number, outcomes: await host.run(step?.jws ?? '') };
      const path = `/${operation}/results`;
      const german = validate(operationAnswer, (await speaking('de', path, results)).body);
      expect(german.phase).toEqual({ name: 'personalize', text: 'Ihr Gerät wird für Sie vorbereitet' });
      const phase = { name: 'personalize', text: 'Preparing your device for you' };
      expect((await speaking('en', path, results)).body).toEqual({ ...german, phase });
      await alice.operate(`/${operation}/cancel`, {});
    },
  );

  drawnIt('gets nothing applied before its escrow was stored', async () => {
    const host = await alice.openHost(new TestCard('yubikey', '11111112', vendor));
    const answer = await alice.relay(host, ({ phase }) => phase.name === 'keys');
    expect(host.executed).toContain('credentials.prepare');
    expect(host.executed).not.toContain('credentials.apply');
    expect(answer.deviceState).toBe('producing');
    await alice.operate(`/${answer.operation}/cancel`, {});
  });

  thoroughIt('is refused if its keys are attested for another serial number', async () => {
    const card = new TestCard('yubikey', '11111113', vendor);
    const host = await alice.openHost(card);
    const forge = forgeAttestations(async (slot) => {
      const { publicKey } = await keyPairIn(card, slot);
      return attestKey(vendor, publicKey, { slot, serial: '99999999' });
    });
    const answer = await relayForged(alice, host, { forge });
    expect(answer).toMatchObject({
      state: 'failed',
      deviceState: null,
      error: { data: { name: 'ATTESTATION_CONTRADICTS' } },
    });
  });

  thoroughIt('is refused if the request is signed for another key than the attested one', async () => {
    const card = new TestCard('yubikey', '11111114', vendor);
    const host = await alice.openHost(card);
    const forge = forgeOf('csr.create', async ({ commonName, challenge }) => ({
      request: await requestBy(await newKeys(), commonName, challenge),
    }));
    expect(await relayForged(alice, host, { forge })).toMatchObject({
      state: 'failed',
      deviceState: 'failed',
      error: { data: { name: 'OPERATION_FAILED' } },
    });
  });

  thoroughIt('fails if the read data are not the certificate that was written', async () => {
    const card = new TestCard('yubikey', '11111115', vendor);
    const host = await alice.openHost(card);
    const forge = forgeOf('certificate.read', () => ({ certificate: 'AAAA' }));
    const answer = await relayForged(alice, host, { forge });
    expect(answer).toMatchObject({
      state: 'failed',
      deviceState: 'failed',
      error: { data: { name: 'READ_BACK_MISMATCH' } },
    });
  });

  drawnIt('fails if the read data are a certificate for another key', async () => {
    const card = new TestCard('yubikey', '11111117', vendor);
    const host = await alice.openHost(card);
    const forge = forgeOf('certificate.read', ({ slot }) => ({
      certificate: new Map<string, string>(card.certificates).get(slot === '9A' ? '9C' : slot),
    }));
    expect(await relayForged(alice, host, { forge })).toMatchObject({
      state: 'failed',
      deviceState: 'failed',
      error: { data: { name: 'CERTIFICATE_KEY_MISMATCH', details: { slot: '9A' } } },
    });
  });

  drawnIt('proves itself only by its own cryptogram: a host that claims success gets nowhere', async () => {
    const card = new TestCard('yubikey', '11111116', vendor);
    const host = await alice.openHost(card);
    const cardResponse = Buffer.alloc(16, 1).toString('base64url');
    const answer = await relayForged(alice, host, {
      forge: forgeOf('managementKey.authenticate', () => ({ cardResponse })),
    });
    expect(answer).toMatchObject({
      state: 'failed',
      deviceState: null,
      error: { data: { name: 'MANAGEMENT_KEY_REFUSED' } },
    });
    expect(host.executed).not.toContain('credentials.apply');
  });
});

describe('a plain PIV card', () => {
  drawnIt(
    'becomes active in six calls, keeps the configured management key, and its row names what is not proved',
    async () => {
      const card = new TestCard('piv', null, null);
      const host = await alice.openHost(card);
      const before = alice.operationCalls;
      expect(await alice.relay(host)).toMatchObject({ state: 'done', deviceState: 'active' });
      expect(alice.operationCalls - before).toBe(6);
      const device = (await listDevices(alice)).devices.find(({ model }) => model === 'piv');
      expect(device).toMatchObject({ state: 'active', proof: 'not-proved', managementKey: 'configured' });
      expect(card.managementKey.key.toString('hex')).toBe('010203040506070801020304050607080102030405060708');
      expect(card.puk).not.toBe('12345678');
      expect(card.pin).toBe('739164');
    },
  );

  thoroughIt(
    'is issued without 9D if its elliptic 9D key cannot sign and the policy leaves it out, else refused',
    async () => {
      const olga = await Browser.login(portal, 'olga');
      const seed = portal.configuration.devicePolicies.piv?.policy;
      const slots = { '9A': 'P-256', '9C': 'P-256', '9D': 'P-256', '9E': 'P-256' };
      const put = (change: object) => changePolicy(portal, olga, { model: 'piv', policy: { ...seed, ...change } });

      await put({ slots });
      expect(await alice.relay(await alice.openHost(new TestCard('piv', null, null)))).toMatchObject({
        state: 'failed',
        error: { data: { name: 'KEY_CANNOT_SIGN', details: { slot: '9D' } } },
      });

      await put({ slots, keyManagementCannotSign: 'leave-out' });
      const card = new TestCard('piv', null, null);
      expect(await alice.relay(await alice.openHost(card))).toMatchObject({ state: 'done', deviceState: 'active' });
      expect([...card.certificates.keys()].sort()).toEqual(['9A', '9C', '9E']);

      await put({ unprovenKeys: 'refuse' });
      const refused = await alice.post(
        '/api/operations',
        (await alice.openHost(new TestCard('piv', null, null))).startRequest,
      );
      expect(refused.code).toBe('DEVICE_NOT_ELIGIBLE');
      await put({});
    },
  );
});

describe('the relay', () => {
  drawnIt('gets the same answer for the same results, and OPERATION_MOVED for those of an earlier step', async () => {
    const host = await alice.openHost(new TestCard('yubikey', '22222221', vendor));
    const first = await alice.operate('', host.startRequest);
    const body = { step: first.step?.number, outcomes: await host.run(first.step?.jws ?? '') };
    const second = await alice.operate(`/${first.operation}/results`, body);
    expect(await alice.operate(`/${first.operation}/results`, body)).toEqual(second);

    const changed = {
      ...body,
      outcomes: [
        { method: 'managementKey.getChallenge', result: { algorithm: 'AES-192', witness: 'AAAAAAAAAAAAAAAAAAAAAA' } },
      ],
    };
    expect((await alice.post(`/api/operations/${first.operation}/results`, changed)).code).toBe('OPERATION_MOVED');
    await alice.operate(`/${first.operation}/cancel`, {});
  });

  drawnIt('gives each step to one session: an older tab learns that the operation moved on', async () => {
    const card = new TestCard('yubikey', '22222222', vendor);
    const [older, newer] = [await alice.openHost(card), await alice.openHost(card)];
    const first = await alice.operate('', older.startRequest);
    const second = await alice.operate('', newer.startRequest);
    expect(second.operation).toBe(first.operation);
    const outcomes = await older.run(first.step?.jws ?? '');
    const late = await alice.post(`/api/operations/${first.operation}/results`, { step: first.step?.number, outcomes });
    expect(late).toMatchObject({ status: 409, code: 'OPERATION_MOVED' });
    await expect(older.run(second.step?.jws ?? '')).rejects.toMatchObject({
      code: 'STEP_REFUSED',
      data: { reason: 'session' },
    });
    await alice.operate(`/${first.operation}/cancel`, {});
  });

  drawnIt('refuses results of another step, and stays where it was', async () => {
    const host = await alice.openHost(new TestCard('yubikey', '22222223', vendor));
    const { operation, step } = await alice.operate('', host.startRequest);
    for (const outcomes of [
      [],
      [{ method: 'object.read', result: {} }],
      [{ method: 'managementKey.getChallenge', result: { algorithm: 'AES-192' } }],
    ]) {
      const answer = await alice.post(`/api/operations/${operation}/results`, { step: step?.number, outcomes });
      expect(answer).toMatchObject({ status: 400, code: 'INVALID_PARAMS' });
    }
    const outcomes = await host.run(step?.jws ?? '');
    expect(await alice.operate(`/${operation}/results`, { step: step?.number, outcomes })).toMatchObject({
      state: 'running',
    });
    await alice.operate(`/${operation}/cancel`, {});
  });

  it('hides the operations of one user from another', async () => {
    const host = await alice.openHost(new TestCard('yubikey', '22222224', vendor));
    const { operation } = await alice.operate('', host.startRequest);
    const bob = await Browser.login(portal, 'bob');
    expect((await bob.post(`/api/operations/${operation}/cancel`, {})).code).toBe('OPERATION_NOT_FOUND');
    await alice.operate(`/${operation}/cancel`, {});
  });
});

it('keeps no PIN, PUK, management key or password of an issuance in the clear in its database', async () => {
  const host = await alice.openHost(new TestCard('yubikey', '33333333', vendor));
  const withEscrow = await alice.relay(host);
  expect(withEscrow.state).toBe('done');
  await portal.close();
  const store = await openPortalDatabase(portal.configuration.database);
  const dump: string[] = [];
  for (const table of [
    'users',
    'sessions',
    'device_policies',
    'devices',
    'operations',
    'escrows',
    'certificates',
    'audit',
  ])
    dump.push(JSON.stringify(await store.db.execute(sql`SELECT * FROM ${sql.identifier(table)}`)));
  await store.close();
  const text = dump.join('\n');
  expect(text).toContain('33333333');
  const factory = ['"123456"', '"12345678"', '010203040506070801020304050607080102030405060708'];
  const key = host.card.managementKey.key;
  for (const secret of [...host.secrets, ...factory, key.toString('hex'), key.toString('base64'), 'alice-password'])
    expect(text.includes(secret)).toBe(false);
  expect(host.secrets.length).toBe(4);
  // The searched texts contain the escrow, sealed.
  expect(text).toMatch(/"purpose":"escrow"/);
  expect(validate(operationAnswer, withEscrow).deviceState).toBe('active');
});
