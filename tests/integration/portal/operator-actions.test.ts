import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eq } from 'drizzle-orm';
import type { PortalDatabase } from '../../../portal/src/server/store/database.js';
import { certificates, operations } from '../../../portal/src/server/store/schema.js';
import { act, lookAt } from './support/operator.js';
import {
  actionsOf,
  logOf,
  newDevice,
  openOperatorsPortal,
  rowOf,
  type OperatorsPortal,
} from './support/operators-portal.js';
import type { Browser } from './support/test-portal.js';

const REASON = 'Not a card of ours.';

let operators: OperatorsPortal;
let store: PortalDatabase;
let alice: Browser;
let olga: Browser;
let otto: Browser;

beforeAll(async () => {
  operators = await openOperatorsPortal();
  ({ store, alice, olga, otto } = operators);
});
afterAll(() => operators.remove());

/** Makes a running operation with a device. */
async function newOperation(deviceId: string): Promise<string> {
  const { ownerId: userId, guid } = await rowOf(store, deviceId);
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

const standingOf = async (id: string) =>
  (await store.db.select().from(certificates).where(eq(certificates.deviceId, id))).map(
    ({ revocationReason }) => revocationReason,
  );

describe('a device that waits for approval', () => {
  it('is approved by another operator, never by its owner', async () => {
    const id = await newDevice(store, 'awaiting-approval');
    expect(await actionsOf(olga, id)).toEqual(['suspend', 'terminate']);
    expect(await act(olga, id, 'approve')).toMatchObject({ status: 403, code: 'FORBIDDEN' });
    expect((await act(olga, id, 'decline', REASON)).code).toBe('FORBIDDEN');
    expect((await act(alice, id, 'approve')).code).toBe('FORBIDDEN');
    expect(await rowOf(store, id)).toMatchObject({ state: 'awaiting-approval' });
    expect(await standingOf(id)).toEqual(['certificateHold']);

    expect(await actionsOf(otto, id)).toEqual(['approve', 'decline', 'suspend', 'terminate']);
    expect(await act(otto, id, 'approve')).toMatchObject({ status: 200, body: { state: 'active' } });
    expect(await standingOf(id)).toEqual([null]);
    expect(await logOf(olga, id)).toEqual([
      {
        actor: 'otto',
        event: 'device.state-changed',
        detail: { from: 'awaiting-approval', to: 'active', reason: 'approved by an operator' },
      },
    ]);
    expect((await act(otto, id, 'approve')).code).toBe('DEVICE_STATE');
  });

  it('becomes failed and finally revoked if it is declined, and its owner reads the reason', async () => {
    const id = await newDevice(store, 'awaiting-approval', {}, 'alice');
    expect(await act(otto, id, 'decline', ` ${REASON} `)).toMatchObject({ body: { state: 'failed' } });
    expect(await standingOf(id)).toEqual(['cessationOfOperation']);
    expect((await alice.get('/api/devices')).body).toMatchObject({
      devices: [expect.objectContaining({ id, state: 'failed', declined: REASON })],
    });
    expect(await logOf(olga, id)).toMatchObject([
      { actor: 'otto', detail: { reason: `declined by an operator: ${REASON}` } },
    ]);
    await act(otto, id, 'terminate');
  });

  it.each([
    ['no reason', {}],
    ['an empty one', { reason: '  ' }],
    ['one that is too long', { reason: 'x'.repeat(201) }],
    ['one of several lines', { reason: 'one\nanother' }],
    ['a control character', { reason: 'one\u0001' }],
    ['a number', { reason: 7 }],
    ['more than a reason', { reason: REASON, state: 'active' }],
  ])('is not declined with %s', async (_what, request) => {
    const id = await newDevice(store, 'awaiting-approval');
    const body = { seen: await lookAt(otto, id), ...request };
    expect((await otto.post(`/api/operator/devices/${id}/decline`, body)).code).toBe('INVALID_PARAMS');
    expect((await rowOf(store, id)).state).toBe('awaiting-approval');
  });

  it('waits again after it was suspended and is resumed, also by its owner', async () => {
    const id = await newDevice(store, 'awaiting-approval');
    expect(await act(olga, id, 'suspend')).toMatchObject({ body: { state: 'suspended' } });
    expect((await act(olga, id, 'approve')).code).toBe('DEVICE_STATE');
    expect(await act(olga, id, 'resume')).toMatchObject({ body: { state: 'awaiting-approval' } });
    expect(await standingOf(id)).toEqual(['certificateHold']);
    expect((await act(olga, id, 'approve')).code).toBe('FORBIDDEN');
  });

  it('is not activated without its approval', async () => {
    const id = await newDevice(store, 'awaiting-approval');
    expect((await act(otto, id, 'activate')).code).toBe('DEVICE_STATE');
    expect((await act(otto, id, 'resume')).code).toBe('DEVICE_STATE');
  });
});

describe('a pending device', () => {
  it('is activated by another operator than its owner if its keys are not proved', async () => {
    const id = await newDevice(store, 'pending');
    expect(await actionsOf(olga, id)).not.toContain('activate');
    expect((await act(olga, id, 'activate')).code).toBe('FORBIDDEN');
    expect((await rowOf(store, id)).state).toBe('pending');
    expect(await act(otto, id, 'activate')).toMatchObject({ body: { state: 'active' } });
  });

  it('can be activated by its owner, if she is an operator and its keys are proved', async () => {
    const id = await newDevice(store, 'pending', { proof: 'attested' });
    expect(await actionsOf(olga, id)).toContain('activate');
    expect(await act(olga, id, 'activate')).toMatchObject({ body: { state: 'active' } });
  });
});

describe('a released device', () => {
  it.each(['failed', 'terminated'] as const)('was %s, needs a reason, and has no owner afterwards', async (state) => {
    const id = await newDevice(store, state);
    expect(await actionsOf(otto, id)).toContain('release');
    expect((await act(otto, id, 'release')).code).toBe('INVALID_PARAMS');
    expect((await act(alice, id, 'release', REASON)).code).toBe('FORBIDDEN');
    expect(await act(otto, id, 'release', REASON)).toMatchObject({ body: { state: 'available' } });
    expect(await logOf(olga, id)).toMatchObject([
      { actor: 'otto', detail: { from: state, to: 'available', reason: `released by an operator: ${REASON}` } },
    ]);
    expect(await standingOf(id)).toEqual(['cessationOfOperation']);
    expect(await actionsOf(otto, id)).toEqual([]);
  });

  it('has no running operation any more: its owner cannot continue it', async () => {
    const id = await newDevice(store, 'failed');
    const operation = await newOperation(id);
    await act(otto, id, 'release', REASON);
    const [row] = await store.db.select().from(operations).where(eq(operations.id, operation));
    expect(row?.status).toBe('cancelled');
    expect(await logOf(olga, id)).toContainEqual(
      expect.objectContaining({ actor: 'otto', event: 'operation.cancelled' }),
    );
  });

  it('cannot have been active: an operator who tries ends no operation either', async () => {
    const id = await newDevice(store, 'active');
    const operation = await newOperation(id);
    expect((await act(otto, id, 'release', REASON)).code).toBe('DEVICE_STATE');
    const [row] = await store.db.select().from(operations).where(eq(operations.id, operation));
    expect(row?.status).toBe('running');
  });
});

describe('an issuance that needs the confidential factory PUK', () => {
  const waiting = { stateReason: 'APPROVAL_NEEDED' } as const;

  it('is approved once, by another operator than the owner', async () => {
    const id = await newDevice(store, 'producing', waiting);
    expect(await actionsOf(olga, id)).toEqual(['terminate']);
    expect((await act(olga, id, 'approve-puk')).code).toBe('FORBIDDEN');
    expect((await rowOf(store, id)).pukApprovedAt).toBeNull();
    expect(await actionsOf(otto, id)).toEqual(['approve-puk', 'terminate']);
    expect(await act(otto, id, 'approve-puk')).toMatchObject({ body: { state: 'producing' } });
    expect(await rowOf(store, id)).toMatchObject({
      state: 'producing',
      pukApprovedBy: 'otto',
      pukApprovedAt: expect.any(Date),
    });
    expect(await logOf(olga, id)).toEqual([{ actor: 'otto', event: 'puk.approved', detail: {} }]);
    expect((await act(otto, id, 'approve-puk')).code).toBe('DEVICE_STATE');
  });

  it.each([
    ['does not wait for that', 'producing', { stateReason: 'CARD_REMOVED' }],
    ['has failed meanwhile', 'failed', waiting],
  ] as const)('is not approved if it %s', async (_what, state, changes) => {
    const id = await newDevice(store, state, changes);
    expect((await act(otto, id, 'approve-puk')).code).toBe('DEVICE_STATE');
    expect((await rowOf(store, id)).pukApprovedAt).toBeNull();
  });

  it('keeps its approval for no later issuance of the device', async () => {
    const id = await newDevice(store, 'producing', waiting);
    expect((await act(otto, id, 'approve-puk')).status).toBe(200);
    await act(otto, id, 'terminate');
    expect(await rowOf(store, id)).toMatchObject({ state: 'terminated', pukApprovedAt: null, pukApprovedBy: null });
  });
});

it('shows a serial number as proved only if the vendor vouches for the device', async () => {
  const proved = await newDevice(store, 'active', { proof: 'attested', serial: '1', identity: 'a-vendor:serial:1' });
  const claimed = await newDevice(store, 'active', { serial: '2' });
  const none = await newDevice(store, 'active', { proof: 'attested' });
  const { body } = await otto.get('/api/operator/devices');
  expect(body).toMatchObject({
    devices: expect.arrayContaining([
      expect.objectContaining({ id: proved, proof: 'attested', serialProved: true }),
      expect.objectContaining({ id: claimed, proof: 'not-proved', serialProved: false }),
      expect.objectContaining({ id: none, serialProved: false }),
    ]),
  });
});
