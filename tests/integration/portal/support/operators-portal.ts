import { randomUUID } from 'node:crypto';
import { validate } from '@cardwright/protocol';
import { eq } from 'drizzle-orm';
import * as v from 'valibot';
import { openPortalDatabase, type PortalDatabase } from '../../../../portal/src/server/store/database.js';
import { certificates, devices, users, type DeviceRow } from '../../../../portal/src/server/store/schema.js';
import { openDatabase } from '../../../support/postgres.js';
import { ACCOUNTS, Browser, startTestPortal, type TestPortal } from './test-portal.js';

const OTTO = { username: 'otto', password: 'otto-password', displayName: 'Otto Operator', role: 'operator' };

/** A portal and its database, with a user and two operators who are logged in. */
export interface OperatorsPortal {
  readonly portal: TestPortal;
  readonly store: PortalDatabase;
  readonly alice: Browser;
  readonly olga: Browser;
  readonly otto: Browser;
  remove(): Promise<void>;
}

/** Starts a portal on a database of its own, which the test may write to. */
export async function openOperatorsPortal(): Promise<OperatorsPortal> {
  const server = await openDatabase({ accounts: [...ACCOUNTS, OTTO] });
  const accounts = JSON.stringify([...ACCOUNTS, OTTO]);
  const portal = await startTestPortal({ DATABASE_URL: server.url, CARDWRIGHT_DEMO_ACCOUNTS: accounts });
  const store = await openPortalDatabase({ url: server.url });
  const [alice, olga, otto] = await Promise.all([
    Browser.login(portal, 'alice'),
    Browser.login(portal, 'olga'),
    Browser.login(portal, 'otto'),
  ]);
  const remove = async (): Promise<void> => {
    await store.close();
    await portal.remove();
    await server.stop();
  };
  return { portal, store, alice, olga, otto, remove };
}

/** Makes a user's device, whose keys no vendor vouches for, with one certificate. */
export async function newDevice(
  { db }: PortalDatabase,
  state: DeviceRow['state'],
  changes: Partial<DeviceRow> = {},
  owner = 'olga',
): Promise<string> {
  const [user] = await db.select().from(users).where(eq(users.username, owner));
  const id = randomUUID();
  const about = { model: 'piv', modelName: 'PIV card', guid: randomUUID(), managementKey: 'own' } as const;
  const row = { id, ownerId: user?.id ?? '', proof: 'not-proved', state, ...about, ...changes } as const;
  await db.insert(devices).values(row);
  await db.insert(certificates).values({
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

/** Returns the row of a device. */
export async function rowOf({ db }: PortalDatabase, id: string): Promise<DeviceRow> {
  const [row] = await db.select().from(devices).where(eq(devices.id, id));
  if (!row) throw new Error('the device has no row');
  return row;
}

const list = v.object({
  devices: v.array(
    v.object({ id: v.string(), actions: v.optional(v.array(v.object({ name: v.string(), reason: v.string() }))) }),
  ),
});

/** Lists the actions on a device that the portal offers to an operator. */
export async function actionsOf(operator: Browser, id: string): Promise<string[]> {
  const { devices: rows } = validate(list, (await operator.get('/api/operator/devices')).body);
  return (rows.find((row) => row.id === id)?.actions ?? []).map(({ name }) => name);
}

const log = v.object({
  entries: v.array(
    v.object({ actor: v.string(), event: v.string(), deviceId: v.nullable(v.string()), detail: v.unknown() }),
  ),
});

/** Lists the audit log's entries about a device, newest first. */
export async function logOf(operator: Browser, id: string) {
  const { entries } = validate(log, (await operator.get('/api/operator/audit')).body);
  return entries
    .filter(({ deviceId }) => deviceId === id)
    .map(({ actor, event, detail }) => ({ actor, event, detail }));
}
