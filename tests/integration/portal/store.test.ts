import { randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RevocationReason } from '@cardwright/cms/authority';
import type { DeviceState } from '@cardwright/cms/devices';
import { newKeyRing } from '@cardwright/cms/keys';
import { inTransaction } from '@cardwright/cms/store';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { layDatabase } from '@cardwright/stage';
import { eq, getTableColumns, sql } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { createDemoAccount } from '../../../portal/src/server/accounts/accounts.js';
import { record } from '../../../portal/src/server/audit.js';
import { listAudit } from '../../../portal/src/server/store/audit-list.js';
import { listRevocations, readCrlRevision } from '../../../portal/src/server/ca/revocations.js';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import type { DatabaseLocation } from '../../../portal/src/server/store/location.js';
import { drizzleStore } from '../../../portal/src/server/store/drizzle-store.js';
import * as schema from '../../../portal/src/server/store/schema.js';
import { collectPages } from '../../support/revocation-pages.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';

const MIGRATIONS = new URL('../../../portal/migrations/', import.meta.url).pathname;
const ACCOUNT = { password: 'long-enough', displayName: 'Someone', role: 'user' } as const;
const inAMinute = (): Date => new Date(Date.now() + 60_000);
let server: OwnDatabase;

beforeAll(async () => {
  server = await openDatabase({ tables: false });
});
afterAll(() => server.stop());

const folder = mkdtempSync(join(tmpdir(), 'cardwright-store-'));
afterAll(() => rmSync(folder, { recursive: true }));

function embedded(): DatabaseLocation {
  layDatabase(folder);
  return { folder: join(folder, 'database') };
}

describe.each([
  ['PGlite', embedded],
  ['PostgreSQL', (): DatabaseLocation => ({ url: server.url })],
])('the store on %s', (_engine, location) => {
  let store: PortalDatabase;
  beforeAll(async () => {
    store = await openPortalDatabase(location());
  });
  afterAll(() => store.close());

  async function newDevice(state: 'available' | 'producing' = 'available') {
    const username = `user-${randomUUID()}`;
    await createDemoAccount(store.db, { ...ACCOUNT, username });
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

  async function newCertificate(deviceId: string, reason: RevocationReason | null, notAfter = inAMinute()) {
    const certificate = {
      id: randomUUID(),
      deviceId,
      slot: '9A',
      serialNumber: randomUUID().replaceAll('-', ''),
      subject: 'CN=Someone',
      algorithm: 'P-256',
      der: '',
      proof: 'not-proved',
      notBefore: new Date(),
      notAfter,
      revocationReason: reason,
      revokedAt: reason && new Date(),
    } as const;
    await store.db.insert(schema.certificates).values(certificate);
    return certificate;
  }

  it('has the tables and columns that the code expects', async () => {
    const tables = Object.entries(schema);
    expect(tables.length).toBe(29);
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
    expect(await listAudit(store.db, null, 10, undefined)).toMatchObject([
      { actor: 'portal', event: 'login', outcome: 'ok' },
    ]);
  });

  it('refuses every change of the timeline of operations', async () => {
    await store.db
      .insert(schema.operationEvents)
      .values({ operationId: 'one', actor: 'alice', what: { kind: 'started' } });
    for (const attempt of [
      sql`UPDATE operation_events SET actor = 'nobody'`,
      sql`DELETE FROM operation_events`,
      sql`TRUNCATE operation_events`,
    ])
      await expect(store.db.execute(attempt)).rejects.toMatchObject({
        cause: { message: 'the timeline of operations is append-only' },
      });
  });

  it('puts the certificates of a device on hold, off hold and finally off as its state changes', async () => {
    const { id } = await newDevice('producing');
    const { serialNumber } = await newCertificate(id, 'certificateHold');
    const standingAfter = async (state: DeviceState) => {
      await inTransaction(
        { store: drizzleStore(store, await newKeyRing()), now: () => new Date() },
        async (records) => {
          const device = await records.openDevice(id);
          if (!device) throw new Error('the device is missing');
          device.changeState(state, 'portal', null);
        },
      );
      const listed = await collectPages(listRevocations(store.db));
      return listed.find((revocation) => revocation.serialNumber === serialNumber)?.reason;
    };
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

  it('has another revision of the CRL after every change of revocations, and only then', async () => {
    const revisionAfter = async (change: () => Promise<unknown>) => {
      const before = await readCrlRevision(store.db);
      await change();
      return (await readCrlRevision(store.db)) === before ? 'the same' : 'another';
    };
    const { certificates } = schema;
    const { id } = await newDevice();
    const held = await newCertificate(id, 'certificateHold');
    const set = (to: object) => store.db.update(certificates).set(to).where(eq(certificates.id, held.id));

    expect(await revisionAfter(() => newCertificate(id, null))).toBe('the same');
    expect(await revisionAfter(() => newCertificate(id, 'superseded'))).toBe('another');
    expect(await revisionAfter(() => set({ subject: 'CN=Another' }))).toBe('the same');
    expect(await revisionAfter(() => set({ revocationReason: 'superseded' }))).toBe('another');
    expect(await revisionAfter(() => set({ revocationReason: null, revokedAt: null }))).toBe('another');
    expect(await revisionAfter(() => set({ revocationReason: 'certificateHold', revokedAt: new Date() }))).toBe(
      'another',
    );
    const undone = () =>
      store.db.transaction((db) => {
        return db
          .delete(certificates)
          .where(eq(certificates.id, held.id))
          .then(() => Promise.reject(new Error('undone')));
      });
    expect(await revisionAfter(() => expect(undone()).rejects.toThrow('undone'))).toBe('the same');
    expect(await revisionAfter(() => store.db.delete(certificates).where(eq(certificates.id, held.id)))).toBe(
      'another',
    );
  });

  it('lists a certificate on one CRL more after it expired, page by page, each once', async () => {
    const { id } = await newDevice();
    const hour = 60 * 60 * 1000;
    const recent = await newCertificate(id, 'superseded', new Date(Date.now() - hour));
    const old = await newCertificate(id, 'superseded', new Date(Date.now() - 25 * hour));
    await store.db.execute(sql`
      INSERT INTO certificates SELECT gen_random_uuid(), device_id, slot, 'many' || n, subject, algorithm, der, proof,
        not_before, now() + interval '1 hour', 'superseded', now(), now()
      FROM certificates, generate_series(1, 2500) AS n WHERE id = ${recent.id}`);
    const listed = (await collectPages(listRevocations(store.db))).map(({ serialNumber }) => serialNumber);
    expect(new Set(listed).size).toBe(listed.length);
    expect(listed.filter((serialNumber) => serialNumber.startsWith('many'))).toHaveLength(2500);
    expect(listed).toContain(recent.serialNumber);
    expect(listed).not.toContain(old.serialNumber);
  });
});

it('raises the revision of the CRL at the commit: concurrent revocations do not wait for one another', async () => {
  const store = await openPortalDatabase({ url: server.url });
  try {
    const { db } = store;
    const [device] = await db.select().from(schema.devices);
    const deviceId = device?.id ?? '';
    const before = Number(await readCrlRevision(db));
    let arrived = 0;
    let open: () => void = () => undefined;
    const bothHaveRevoked = new Promise<void>((resolve) => (open = resolve));
    const revoke = () =>
      db.transaction(async (transaction) => {
        await transaction.execute(sql`
          INSERT INTO certificates SELECT gen_random_uuid(), ${deviceId}, '9A', gen_random_uuid()::text, '', '', '',
            'not-proved', now(), now(), 'superseded', now(), now()`);
        arrived += 1;
        if (arrived === 2) open();
        await bothHaveRevoked;
        return Number(await readCrlRevision(transaction));
      });
    expect(await Promise.all([revoke(), revoke()])).toContain(before);
    expect(Number(await readCrlRevision(db))).toBe(before + 2);
  } finally {
    await store.close();
  }
});

it('lets several concurrently starting processes migrate one PostgreSQL', async () => {
  const another = await openDatabase({ tables: false });
  try {
    const stores = await Promise.all([1, 2, 3, 4].map(() => openPortalDatabase({ url: another.url })));
    const { db } = stores[0] ?? (await openPortalDatabase({ url: another.url }));
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
  const store = await openPortalDatabase({ url: server.url });
  await store.db.execute(sql`UPDATE migrations SET sha256 = 'another'`);
  await store.close();
  await expect(openPortalDatabase({ url: server.url })).rejects.toThrow(/0001-initial.sql was edited/);
});
