import { randomUUID } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { getTableColumns, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { createAccount } from '../../../portal/src/server/accounts/accounts.js';
import { listAudit, record } from '../../../portal/src/server/audit.js';
import { changeState, claimPlace, listRevocations, lockDevice } from '../../../portal/src/server/devices/devices.js';
import { openStore, type Store, type StoreLocation } from '../../../portal/src/server/store/database.js';
import * as schema from '../../../portal/src/server/store/schema.js';
import { startPostgres, type PrivatePostgres } from '../../support/postgres.js';

const MIGRATIONS = new URL('../../../portal/migrations/', import.meta.url).pathname;
const ACCOUNT = { password: 'long-enough', displayName: 'Somebody', role: 'user' } as const;
let server: PrivatePostgres;

beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server.stop());

describe.each([
  ['PGlite', (): StoreLocation => ({ folder: 'memory://' })],
  ['PostgreSQL', (): StoreLocation => ({ url: server.url })],
])('the store on %s', (_engine, location) => {
  let store: Store;
  beforeAll(async () => {
    store = await openStore(location());
  });
  afterAll(() => store.close());

  async function newDevice(state: 'available' | 'producing' = 'available') {
    const username = `user-${randomUUID()}`;
    await createAccount(store.db, { ...ACCOUNT, username });
    const owner = (await store.db.select().from(schema.users)).find((user) => user.username === username);
    const id = randomUUID();
    const ownerId = owner?.id ?? '';
    const about = {
      model: 'piv',
      modelName: 'PIV card',
      guid: randomUUID(),
      proof: 'not-proved',
      managementKey: 'configured',
    } as const;
    await store.db.insert(schema.devices).values({ id, ownerId, state, ...about });
    return { id, ownerId };
  }

  it('has the tables and columns that the code expects', async () => {
    const tables = Object.entries(schema);
    expect(tables.length).toBe(9);
    for (const [, table] of tables) {
      const columns: PgTable = table;
      expect(await store.db.select(getTableColumns(columns)).from(columns)).toEqual([]);
    }
  });

  it('refuses every change of the audit log', async () => {
    await record(store.db, { actor: 'portal', event: 'login' });
    const attempts = [sql`UPDATE audit SET actor = 'nobody'`, sql`DELETE FROM audit`, sql`TRUNCATE audit`];
    for (const attempt of attempts)
      await expect(store.db.execute(attempt)).rejects.toMatchObject({
        cause: { message: 'the audit log is append-only' },
      });
    expect(await listAudit(store.db, 10, undefined)).toMatchObject([
      { actor: 'portal', event: 'login', outcome: 'ok' },
    ]);
  });

  it('puts the certificates of a device on hold, off hold and off for good as its state changes', async () => {
    const { id } = await newDevice('producing');
    const serialNumber = randomUUID().replaceAll('-', '');
    await store.db.insert(schema.certificates).values({
      id: randomUUID(),
      deviceId: id,
      slot: '9A',
      serialNumber,
      subject: 'CN=Somebody',
      algorithm: 'P-256',
      der: '',
      proof: 'not-proved',
      notBefore: new Date(),
      notAfter: new Date(Date.now() + 60_000),
      revocationReason: 'certificateHold',
      revokedAt: new Date(),
    });
    const standingAfter = async (state: Parameters<typeof changeState>[2]) =>
      store.db.transaction(async (db) => {
        const device = await lockDevice(db, id);
        if (!device) throw new Error('the device is missing');
        await changeState(db, device, state, 'portal', null);
        return (await listRevocations(db)).find((revocation) => revocation.serialNumber === serialNumber)?.reason;
      });
    expect(await standingAfter('pending')).toBe('certificateHold');
    expect(await standingAfter('active')).toBeUndefined();
    expect(await standingAfter('suspended')).toBe('certificateHold');
    expect(await standingAfter('active')).toBeUndefined();
    expect(await standingAfter('terminated')).toBe('cessationOfOperation');
    await expect(standingAfter('active')).rejects.toMatchObject({
      code: 'DEVICE_STATE',
      data: { state: 'terminated' },
    });
  });

  it('undoes a transaction that fails in its middle', async () => {
    const { id } = await newDevice();
    const attempt = store.db.transaction(async (db) => {
      const device = await lockDevice(db, id);
      if (device) await changeState(db, device, 'producing', 'portal', null);
      throw new Error('the power fails');
    });
    await expect(attempt).rejects.toThrow('the power fails');
    expect((await lockDevice(store.db, id))?.state).toBe('available');
  });

  it('does not give the last place under the limit to two issuances at once', async () => {
    const { ownerId } = await newDevice();
    const take = () =>
      store.db.transaction(async (db) => {
        await claimPlace(db, ownerId, 1);
        const about = {
          model: 'piv',
          modelName: 'PIV card',
          proof: 'not-proved',
          managementKey: 'configured',
        } as const;
        await db
          .insert(schema.devices)
          .values({ id: randomUUID(), guid: randomUUID(), ownerId, state: 'producing', ...about });
      });
    const outcomes = await Promise.allSettled([take(), take(), take()]);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(outcomes.filter(({ status }) => status === 'rejected')).toMatchObject([
      { reason: { code: 'DEVICE_LIMIT', data: { limit: 1 } } },
      { reason: { code: 'DEVICE_LIMIT', data: { limit: 1 } } },
    ]);
  });
});

it('lets several processes that start at once migrate one PostgreSQL', async () => {
  const another = await startPostgres();
  try {
    const stores = await Promise.all([1, 2, 3, 4].map(() => openStore({ url: another.url })));
    const { db } = stores[0] ?? (await openStore({ url: another.url }));
    const names = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql'));
    expect(names).toContain('0001-initial.sql');
    expect(await db.execute(sql`SELECT name FROM migrations ORDER BY name`)).toMatchObject({
      rows: names.sort().map((name) => ({ name })),
    });
    await Promise.all(stores.map((store) => store.close()));
  } finally {
    await another.stop();
  }
});

it('refuses a database whose migration was edited after it ran', async () => {
  const store = await openStore({ url: server.url });
  await store.db.execute(sql`UPDATE migrations SET sha256 = 'another'`);
  await store.close();
  await expect(openStore({ url: server.url })).rejects.toThrow(/0001-initial.sql was edited/);
});
