import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deviceVersion, STATES } from '@cardwright/cms/devices';
import { validate } from '@cardwright/protocol';
import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { readDeviceFile } from '../../../portal/src/server/store/device-file.js';
import {
  certificates,
  devices,
  operations,
  passkeys,
  users,
  type DeviceRow,
} from '../../../portal/src/server/store/schema.js';
import { NO_VERSION } from '../../support/engine/operator-action.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { newCertificate, newPasskey } from '../store/rows.js';
import { act, lookAt } from './support/operator.js';
import { ACCOUNTS, Browser, listDevices, startTestPortal, type TestPortal } from './support/test-portal.js';

const OTTO = { username: 'otto', password: 'otto-password', displayName: 'Otto Operator', role: 'operator' };
const REASON = 'Not a card of ours.';

let server: OwnDatabase;
let portal: TestPortal;
let store: PortalDatabase;
let alice: Browser;
let olga: Browser;
let otto: Browser;

beforeAll(async () => {
  server = await openDatabase();
  const accounts = JSON.stringify([...ACCOUNTS, OTTO]);
  portal = await startTestPortal({ DATABASE_URL: server.url, CARDWRIGHT_DEMO_ACCOUNTS: accounts });
  store = await openPortalDatabase({ url: server.url });
  [alice, olga, otto] = await Promise.all([
    Browser.login(portal, 'alice'),
    Browser.login(portal, 'olga'),
    Browser.login(portal, 'otto'),
  ]);
});
afterAll(async () => {
  await store.close();
  await portal.remove();
  await server.stop();
});

/** Makes a user's device, whose keys no vendor vouches for, with one certificate. */
async function newDevice(state: DeviceRow['state'], changes: Partial<DeviceRow> = {}, owner = 'olga'): Promise<string> {
  const [user] = await store.db.select().from(users).where(eq(users.username, owner));
  const id = randomUUID();
  const about = { model: 'piv', modelName: 'PIV card', guid: randomUUID(), managementKey: 'own' } as const;
  const row = { id, ownerId: user?.id ?? '', proof: 'not-proved', state, ...about, ...changes } as const;
  await store.db.insert(devices).values(row);
  await store.db.insert(certificates).values({
    id: randomUUID(),
    deviceId: id,
    slot: '9A',
    serialNumber: randomUUID().replaceAll('-', ''),
    subject: 'CN=Olga Operator',
    algorithm: 'P-256',
    der: '',
    proof: 'not-proved',
    notBefore: new Date(),
    notAfter: new Date(Date.now() + 3_600_000),
    revocationReason: state === 'active' ? null : 'certificateHold',
    revokedAt: state === 'active' ? null : new Date(),
  });
  return id;
}

/** Makes a running operation with a device. */
async function newOperation(deviceId: string): Promise<string> {
  const { ownerId: userId, guid } = await rowOf(deviceId);
  const id = randomUUID();
  await store.db.insert(operations).values({
    id,
    userId,
    deviceId,
    guid,
    kind: 'issue',
    status: 'running',
    stepNumber: 1,
    session: 'session',
    state: {},
    stepMethods: [],
  });
  return id;
}

async function rowOf(id: string): Promise<DeviceRow> {
  const [row] = await store.db.select().from(devices).where(eq(devices.id, id));
  if (!row) throw new Error('the device has no row');
  return row;
}

const standingOf = async (id: string) =>
  (await store.db.select().from(certificates).where(eq(certificates.deviceId, id))).map(
    ({ revocationReason }) => revocationReason,
  );

const list = v.object({
  devices: v.array(
    v.object({ id: v.string(), actions: v.optional(v.array(v.object({ name: v.string(), reason: v.string() }))) }),
  ),
});
const actionsOf = async (operator: Browser, id: string): Promise<string[]> => {
  const { devices: rows } = validate(list, (await operator.get('/api/operator/devices')).body);
  return (rows.find((row) => row.id === id)?.actions ?? []).map(({ name }) => name);
};
const logOf = async (id: string) => {
  const { entries } = validate(
    v.object({
      entries: v.array(
        v.object({ actor: v.string(), event: v.string(), deviceId: v.nullable(v.string()), detail: v.unknown() }),
      ),
    }),
    (await olga.get('/api/operator/audit')).body,
  );
  return entries
    .filter(({ deviceId }) => deviceId === id)
    .map(({ actor, event, detail }) => ({ actor, event, detail }));
};

describe('a device that waits for approval', () => {
  it('is approved by another operator, never by its owner', async () => {
    const id = await newDevice('awaiting-approval');
    expect(await actionsOf(olga, id)).toEqual(['suspend', 'terminate']);
    expect(await act(olga, id, 'approve')).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await act(olga, id, 'decline', REASON)).code).toBe('FORBIDDEN');
    expect((await act(alice, id, 'approve')).code).toBe('FORBIDDEN');
    expect(await rowOf(id)).toMatchObject({ state: 'awaiting-approval' });
    expect(await standingOf(id)).toEqual(['certificateHold']);

    expect(await actionsOf(otto, id)).toEqual(['approve', 'decline', 'suspend', 'terminate']);
    expect(await act(otto, id, 'approve')).toMatchObject({ status: 200, body: { state: 'active' } });
    expect(await standingOf(id)).toEqual([null]);
    expect(await logOf(id)).toEqual([
      {
        actor: 'otto',
        event: 'device.state-changed',
        detail: { from: 'awaiting-approval', to: 'active', reason: 'approved by an operator' },
      },
    ]);
    expect((await act(otto, id, 'approve')).code).toBe('DEVICE_STATE');
  });

  it('becomes failed and finally revoked if it is declined, and its owner reads the reason', async () => {
    const id = await newDevice('awaiting-approval', {}, 'alice');
    expect(await act(otto, id, 'decline', ` ${REASON} `)).toMatchObject({ body: { state: 'failed' } });
    expect(await standingOf(id)).toEqual(['cessationOfOperation']);
    expect((await alice.get('/api/devices')).body).toMatchObject({
      devices: [expect.objectContaining({ id, state: 'failed', declined: REASON })],
    });
    expect(await logOf(id)).toMatchObject([
      { actor: 'otto', detail: { reason: `declined by an operator: ${REASON}` } },
    ]);
    await act(otto, id, 'terminate');
  });

  it.each([
    ['no reason', {}],
    ['an empty one', { reason: '  ' }],
    ['one that is too long', { reason: 'x'.repeat(201) }],
    ['one of several lines', { reason: 'one\nanother' }],
    ['a zero byte', { reason: 'one\u0000' }],
    ['a number', { reason: 7 }],
    ['more than a reason', { reason: REASON, state: 'active' }],
  ])('is not declined with %s', async (_what, request) => {
    const id = await newDevice('awaiting-approval');
    const body = { seen: await lookAt(otto, id), ...request };
    expect((await otto.post(`/api/operator/devices/${id}/decline`, body)).code).toBe('INVALID_PARAMS');
    expect((await rowOf(id)).state).toBe('awaiting-approval');
  });

  it('waits again after it was suspended and is resumed, also by its owner', async () => {
    const id = await newDevice('awaiting-approval');
    expect(await act(olga, id, 'suspend')).toMatchObject({ body: { state: 'suspended' } });
    expect((await act(olga, id, 'approve')).code).toBe('DEVICE_STATE');
    expect(await act(olga, id, 'resume')).toMatchObject({ body: { state: 'awaiting-approval' } });
    expect(await standingOf(id)).toEqual(['certificateHold']);
    expect((await act(olga, id, 'approve')).code).toBe('FORBIDDEN');
  });

  it('is not activated without its approval', async () => {
    const id = await newDevice('awaiting-approval');
    expect((await act(otto, id, 'activate')).code).toBe('DEVICE_STATE');
    expect((await act(otto, id, 'resume')).code).toBe('DEVICE_STATE');
  });
});

describe('a pending device', () => {
  it('is activated by another operator than its owner if its keys are not proved', async () => {
    const id = await newDevice('pending');
    expect(await actionsOf(olga, id)).not.toContain('activate');
    expect((await act(olga, id, 'activate')).code).toBe('FORBIDDEN');
    expect((await rowOf(id)).state).toBe('pending');
    expect(await act(otto, id, 'activate')).toMatchObject({ body: { state: 'active' } });
  });

  it('can be activated by its owner, if she is an operator and its keys are proved', async () => {
    const id = await newDevice('pending', { proof: 'attested' });
    expect(await actionsOf(olga, id)).toContain('activate');
    expect(await act(olga, id, 'activate')).toMatchObject({ body: { state: 'active' } });
  });
});

describe('a released device', () => {
  it.each(['failed', 'terminated'] as const)(
    'was %s; it needs a reason, and its row then has no owner',
    async (state) => {
      const id = await newDevice(state);
      expect(await actionsOf(otto, id)).toContain('release');
      expect((await act(otto, id, 'release')).code).toBe('INVALID_PARAMS');
      expect((await act(alice, id, 'release', REASON)).code).toBe('FORBIDDEN');
      expect(await act(otto, id, 'release', REASON)).toMatchObject({ body: { state: 'available' } });
      expect(await logOf(id)).toMatchObject([
        { actor: 'otto', detail: { from: state, to: 'available', reason: `released by an operator: ${REASON}` } },
      ]);
      expect(await standingOf(id)).toEqual(['cessationOfOperation']);
      expect(await actionsOf(otto, id)).toEqual([]);
    },
  );

  it('has no running operation any more: its owner cannot continue it', async () => {
    const id = await newDevice('failed');
    const operation = await newOperation(id);
    await act(otto, id, 'release', REASON);
    const [row] = await store.db.select().from(operations).where(eq(operations.id, operation));
    expect(row?.status).toBe('cancelled');
    expect(await logOf(id)).toContainEqual(expect.objectContaining({ actor: 'otto', event: 'operation.cancelled' }));
  });

  it('was not active: an operator who tries ends no operation either', async () => {
    const id = await newDevice('active');
    const operation = await newOperation(id);
    expect((await act(otto, id, 'release', REASON)).code).toBe('DEVICE_STATE');
    const [row] = await store.db.select().from(operations).where(eq(operations.id, operation));
    expect(row?.status).toBe('running');
  });
});

describe('an issuance that needs the confidential factory PUK', () => {
  const waiting = { stateReason: 'APPROVAL_NEEDED' } as const;

  it('is approved once, by another operator than the owner', async () => {
    const id = await newDevice('producing', waiting);
    expect(await actionsOf(olga, id)).toEqual(['terminate']);
    expect((await act(olga, id, 'approve-puk')).code).toBe('FORBIDDEN');
    expect((await rowOf(id)).pukApprovedAt).toBeNull();
    expect(await actionsOf(otto, id)).toEqual(['approve-puk', 'terminate']);
    expect(await act(otto, id, 'approve-puk')).toMatchObject({ body: { state: 'producing' } });
    expect(await rowOf(id)).toMatchObject({
      state: 'producing',
      pukApprovedBy: 'otto',
      pukApprovedAt: expect.any(Date),
    });
    expect(await logOf(id)).toEqual([{ actor: 'otto', event: 'puk.approved', detail: {} }]);
    expect((await act(otto, id, 'approve-puk')).code).toBe('DEVICE_STATE');
  });

  it.each([
    ['does not wait for that', 'producing', { stateReason: 'CARD_REMOVED' }],
    ['has failed meanwhile', 'failed', waiting],
  ] as const)('is not approved if it %s', async (_what, state, changes) => {
    const id = await newDevice(state, changes);
    expect((await act(otto, id, 'approve-puk')).code).toBe('DEVICE_STATE');
    expect((await rowOf(id)).pukApprovedAt).toBeNull();
  });

  it('keeps its approval for no later issuance of the device', async () => {
    const id = await newDevice('producing', waiting);
    expect((await act(otto, id, 'approve-puk')).status).toBe(200);
    await act(otto, id, 'terminate');
    expect(await rowOf(id)).toMatchObject({ state: 'terminated', pukApprovedAt: null, pukApprovedBy: null });
  });
});

describe('the version that an operator has seen', () => {
  /** Returns the version of a device in the list, on its page, and as an action finds it under the lock of its row. */
  async function versionsOf(id: string): Promise<(string | undefined)[]> {
    const listed = await listDevices(otto, '/api/operator/devices');
    const file = await store.db.transaction((transaction) => readDeviceFile(transaction, id));
    return [
      listed.devices.find((device) => device.id === id)?.version,
      await lookAt(otto, id),
      file && deviceVersion({ ...file, row: file.device }),
    ];
  }

  it.each(STATES)('is the same in the list, on the page and under the lock, of a device that is %s', async (state) => {
    const id = await newDevice(state, { stateReason: 'CARD_REMOVED', pukApprovedAt: new Date() });
    const versions: (string | undefined)[] = [];
    for (const add of [
      () => Promise.resolve(),
      // Each of these is the newest of its slot: shown or not, it may hide a valid one.
      ...(['superseded', 'cessationOfOperation', 'certificateHold', null] as const).map(
        (revocationReason) => () =>
          store.db.insert(certificates).values(newCertificate(id, { revocationReason, createdAt: new Date() })),
      ),
      () => store.db.insert(certificates).values(newCertificate(id, { slot: '9E', keyHash: null })),
      () => store.db.insert(passkeys).values([newPasskey(id), newPasskey(id, { removalDueAt: new Date() })]),
    ]) {
      await add();
      const [listed, ...others] = await versionsOf(id);
      expect(others).toEqual([listed, listed]);
      versions.push(listed);
    }
    // Ended certificates do not matter.
    expect(new Set(versions).size).toBe(versions.length - 2);
    const isOpen = (await actionsOf(otto, id)).includes('terminate');
    expect((await act(otto, id, 'terminate')).code).toBe(isOpen ? undefined : 'DEVICE_STATE');
  });

  it('is outdated once another operator has suspended and resumed the device', async () => {
    const id = await newDevice('awaiting-approval');
    const seen = await lookAt(otto, id);
    for (const action of ['suspend', 'resume']) expect((await act(olga, id, action)).status).toBe(200);
    const before = await logOf(id);
    expect(await otto.post(`/api/operator/devices/${id}/approve`, { seen })).toMatchObject({
      status: 409,
      code: 'DEVICE_CHANGED',
    });
    expect(await rowOf(id)).toMatchObject({ state: 'awaiting-approval' });
    expect(await logOf(id)).toEqual(before);
    expect((await act(otto, id, 'approve')).status).toBe(200);
  });

  it('is valid for one of two concurrent actions', async () => {
    const oscar = await Browser.login(portal, 'oscar');
    for (let round = 0; round < 5; round += 1) {
      const id = await newDevice('awaiting-approval');
      const seen = await lookAt(otto, id);
      const answers = await Promise.all([
        otto.post(`/api/operator/devices/${id}/approve`, { seen }),
        oscar.post(`/api/operator/devices/${id}/decline`, { seen, reason: REASON }),
      ]);
      expect(answers.map(({ code, status }) => code ?? status).sort()).toEqual([200, 'DEVICE_CHANGED']);
    }
  });

  it('is hidden from users: nobody else learns whether a version is right', async () => {
    const id = await newDevice('awaiting-approval');
    for (const seen of [await lookAt(otto, id), NO_VERSION])
      expect(await alice.post(`/api/operator/devices/${id}/approve`, { seen })).toMatchObject({ code: 'FORBIDDEN' });
    expect(JSON.stringify((await olga.get('/api/devices')).body)).not.toContain(await lookAt(otto, id));
  });
});

it('shows a serial number as proved only if the vendor vouches for the device', async () => {
  const proved = await newDevice('active', { proof: 'attested', serial: '1', identity: 'a-vendor:serial:1' });
  const claimed = await newDevice('active', { serial: '2' });
  const none = await newDevice('active', { proof: 'attested' });
  const { body } = await otto.get('/api/operator/devices');
  expect(body).toMatchObject({
    devices: expect.arrayContaining([
      expect.objectContaining({ id: proved, proof: 'attested', serialProved: true }),
      expect.objectContaining({ id: claimed, proof: 'not-proved', serialProved: false }),
      expect.objectContaining({ id: none, serialProved: false }),
    ]),
  });
});
