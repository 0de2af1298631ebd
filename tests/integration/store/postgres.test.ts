import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { newKeyRing } from '@cardwright/cms/keys';
import type { Store } from '@cardwright/cms/store';
import type { StoreStage } from '@cardwright/cms/store-suite';
import { eq } from 'drizzle-orm';
import { drizzle } from 'drizzle-orm/node-postgres';
import { openPortalDatabase, type PortalDatabase } from '../../../portal/src/server/store/database.js';
import { drizzleStore } from '../../../portal/src/server/store/drizzle-store.js';
import * as schema from '../../../portal/src/server/store/schema.js';
import { openDatabase, type OwnDatabase } from '../../support/postgres.js';
import { drizzleStage } from './drizzle-stage.js';
import {
  newAudit,
  newCard,
  newCertificate,
  newDevice,
  newEscrow,
  newEvent,
  newOperation,
  newNotice,
  newPasskey,
  newSerial,
  newWork,
  NO_CHANGES,
} from './rows.js';

let server: OwnDatabase;
let stage: Required<StoreStage>;
beforeAll(async () => {
  server = await openDatabase();
  stage = await drizzleStage({ url: server.url });
});
afterAll(async () => {
  await stage.close();
  await server.stop();
});

describe('the number of statements', () => {
  let store: Store;
  let statements: string[] = [];
  let close: () => Promise<void>;
  beforeAll(async () => {
    const logger = { logQuery: (statement: string) => void statements.push(statement) };
    const db = drizzle({ connection: server.url, schema, logger });
    // The server may be gone before the last connection learns that it is closed.
    db.$client.on('error', () => undefined);
    close = () => db.$client.end();
    store = drizzleStore({ db, engine: 'postgresql', readMoment: null, close }, await newKeyRing());
  });
  afterAll(() => close());

  async function count(work: Parameters<typeof store.transaction>[0]): Promise<number> {
    statements = [];
    await store.transaction(work);
    expect(statements[0]).toBe('begin');
    expect(statements.at(-1)).toBe('commit');
    return statements.length - 2;
  }

  it('is four for a call that opens an operation and its device and writes rows of every kind', async () => {
    const person = await stage.newPerson();
    const device = newDevice(person);
    const { id: deviceId } = device;
    const operation = newOperation(person, { deviceId });
    const escrows = [newEscrow(deviceId), newEscrow(deviceId)];
    const certificates = (['9A', '9C', '9D', '9E'] as const).map((slot) => newCertificate(deviceId, { slot }));
    const passkeys = [newPasskey(deviceId), newPasskey(deviceId)];
    await store.transaction(async (transaction) => {
      await transaction.insertDevice(device);
      await transaction.write({ ...NO_CHANGES, operations: [operation], escrows, certificates, passkeys });
    });
    const audit = [newAudit(), newAudit(), newAudit()];
    const total = await count(async (transaction) => {
      const opened = await transaction.openOperation(person, operation.id);
      const file = await transaction.openDevice(deviceId);
      if (!opened || !file) throw new Error('a row is missing');
      expect(file).toMatchObject({ escrows: { length: 2 }, certificates: { length: 4 }, passkeys: { length: 2 } });
      await transaction.write({
        operations: [{ ...opened, stepNumber: 2 }],
        devices: [{ ...file.device, state: 'pending' }],
        escrows: [...file.escrows, newEscrow(deviceId)],
        certificates: file.certificates.map((row) => ({ ...row, revokedAt: new Date() })),
        passkeys: [...file.passkeys.map((row) => ({ ...row, removalDueAt: new Date() })), newPasskey(deviceId)],
        notices: [newNotice(device)],
        work: [newWork(device)],
        audit,
        events: [newEvent(), newEvent()],
      });
    });
    expect(total).toBe(4);
  });

  it('is none for a write without changes', async () => {
    expect(await count((transaction) => transaction.write(NO_CHANGES))).toBe(0);
  });

  it.each([0, 1, 64])('is two for a survey of %d cards', async (cards) => {
    const person = await stage.newPerson();
    const appearances = Array.from({ length: cards }, (_, card) =>
      card % 2 === 0 ? newCard({ serial: newSerial() }) : newCard({ guid: newDevice(person).guid }),
    );
    const total = await count(async (transaction) => {
      expect((await transaction.survey(person, appearances)).cards).toHaveLength(cards);
    });
    expect(total).toBe(2);
  });

  it('is one for each of the others', async () => {
    const person = await stage.newPerson();
    const device = newDevice(person);
    const total = await count(async (transaction) => {
      await transaction.lockPerson(person);
      await transaction.runningOn(device.id);
      await transaction.ownerOf(device.id);
      await transaction.insertDevice(device);
      await transaction.certifiedElsewhere(['a', 'b', 'c'], device.id);
      await transaction.latestCertificate(device.id, '9E');
      await transaction.hadPasskeys(device.id);
      await transaction.spend(person, 'operation');
    });
    expect(total).toBe(8);
  });

  it('is one for a use that is counted by itself', async () => {
    const person = await stage.newPerson();
    statements = [];
    await store.spend(person, 'witness');
    expect(statements).toHaveLength(1);
  });
});

describe('an operation that waited for its person', () => {
  let opened: PortalDatabase;
  beforeAll(async () => {
    opened = await openPortalDatabase({ url: server.url });
  });
  afterAll(() => opened.close());

  it('is opened as it was left, also where the person’s own row was changed', async () => {
    const person = await stage.newPerson();
    const operation = newOperation(person);
    await stage.store.transaction((transaction) => transaction.write({ ...NO_CHANGES, operations: [operation] }));
    const { users, operations } = schema;
    let seen: Promise<unknown> = Promise.resolve();
    await opened.db.transaction(async (db) => {
      await db.update(users).set({ displayName: 'Another' }).where(eq(users.id, person));
      seen = stage.store.transaction((transaction) => transaction.openOperation(person, operation.id));
      await stage.untilOneWaits(AbortSignal.timeout(60_000));
      await db.update(operations).set({ stepNumber: 7, status: 'cancelled' }).where(eq(operations.id, operation.id));
    });
    expect(await seen).toEqual({ ...operation, stepNumber: 7, status: 'cancelled' });
  });
});

describe('a transaction of which a statement failed', () => {
  it('fails as a whole with the first error, even if its work ignores that', async () => {
    const device = newDevice(await stage.newPerson());
    const errors: unknown[] = [];
    const work = stage.store.transaction(async (transaction) => {
      await transaction.insertDevice(device);
      await transaction.openDevice('no UUID').catch((error: unknown) => errors.push(error));
      // Nothing more is taken in this transaction.
      await transaction.ownerOf(device.id).catch((error: unknown) => errors.push(error));
    });
    const [outcome] = await Promise.allSettled([work]);
    expect(errors).toHaveLength(2);
    expect(errors[1]).toBe(errors[0]);
    expect(outcome).toEqual({ status: 'rejected', reason: errors[0] });
    expect(await stage.store.transaction((transaction) => transaction.openDevice(device.id))).toBeUndefined();
  });
});
