import type { DeviceIdentity } from '@cardwright/cms/attestation';
import type { DeviceSlot } from '@cardwright/cms/authority';
import { COUNTING_STATES, SECURITY_KEY } from '@cardwright/cms/devices';
import type {
  CardAppearance,
  Certificate,
  Changes,
  Device,
  DeviceFile,
  ExpiringDevice,
  ExpiryQuery,
  KnownPasskey,
  Notice,
  Operation,
  Passkey,
  PasskeyRemoval,
  PolicyProposal,
  PolicyRow,
  Spending,
  Spent,
  Survey,
  Transaction,
  Uses,
  WaitingWork,
} from '@cardwright/cms/store';
import { and, count, desc, eq, getTableColumns, inArray, isNotNull, isNull, ne, or, sql } from 'drizzle-orm';
import { surveyCards } from './card-survey.js';
import type { Database } from './database.js';
import { readDeviceFile } from './device-file.js';
import { noteProposed } from './note-proposed.js';
import { insertNotice, listDueNotices, listExpiring, openNotice } from './notice-rows.js';
import { findPasskey, hadPasskeys, listDueRemovals, listPasskeysOf } from './passkey-rows.js';
import { certificates, devicePolicies, devices, operations, policyProposals, users } from './schema.js';
import { spend } from './spending.js';
import { listExpiredWork } from './work-rows.js';
import { writeChanges, type WriteChanges } from './write-changes.js';

/**
 * A transaction at the level READ COMMITTED: each statement sees everything that was committed before the statement began. Rows that a lock protects
 * are therefore read by the statement that takes the lock, or by a later statement.
 */
export class DrizzleTransaction implements Transaction {
  #connection: Database | undefined;
  #refusal: { readonly error: unknown } | undefined;

  /**
   * @param written gets what is written
   * @param put writes changes, and perhaps what follows from them
   */
  constructor(
    connection: Database,
    private readonly written: Changes[] = [],
    private readonly put: WriteChanges = writeChanges,
  ) {
    this.#connection = connection;
  }

  /** Refuses all further calls, because another transaction may use the connection afterwards. */
  end(): void {
    this.#connection = undefined;
  }

  /**
   * Checks that no call failed. PostgreSQL rolls back a transaction with a failed statement, but reports its COMMIT as a success.
   *
   * @throws the error of the first failed call, even if the caller ignored that error
   */
  requireWhole(): void {
    if (this.#refusal) throw this.#refusal.error;
  }

  /** Locks the person. `NO KEY` lets other transactions write rows that refer to the person's row. */
  lockPerson(id: string): Promise<void> {
    return this.#do(async (db) => {
      await db.select({ id: users.id }).from(users).where(eq(users.id, id)).for('no key update');
    });
  }

  survey(personId: string, cards: readonly CardAppearance[]): Promise<Survey> {
    return this.#do((db) => surveyCards(db, personId, cards));
  }

  /**
   * Locks the person and the operation in one statement, the person first: PostgreSQL locks the rows of a join in the order of `OF`. A statement that
   * had to wait for a lock reads the locked row as it is after the wait. The statement does not find an operation that was added during the wait, but
   * nobody knows the id of that operation yet.
   */
  openOperation(personId: string, id: string): Promise<Operation | undefined> {
    return this.#do(async (db) => {
      const [row] = await db
        .select(getTableColumns(operations))
        .from(users)
        .innerJoin(operations, eq(operations.userId, users.id))
        .where(and(eq(users.id, personId), eq(operations.id, id)))
        .for('no key update', { of: [users, operations] });
      return row;
    });
  }

  runningOn(deviceId: string): Promise<readonly Operation[]> {
    return this.#do((db) =>
      db
        .select()
        .from(operations)
        .where(and(eq(operations.deviceId, deviceId), eq(operations.status, 'running')))
        .orderBy(desc(operations.createdAt)),
    );
  }

  openDevice(id: string): Promise<DeviceFile | undefined> {
    return this.#do((db) => readDeviceFile(db, id));
  }

  ownerOf(deviceId: string): Promise<string | undefined> {
    return this.#do(async (db) => {
      const [row] = await db.select({ ownerId: devices.ownerId }).from(devices).where(eq(devices.id, deviceId));
      return row?.ownerId;
    });
  }

  findByIdentity({ key, serial }: DeviceIdentity): Promise<readonly Device[]> {
    const isOlder =
      serial === null
        ? undefined
        : and(
            isNull(devices.identity),
            eq(devices.serial, serial),
            eq(devices.proof, 'attested'),
            ne(devices.model, SECURITY_KEY),
          );
    return this.#do((db) =>
      db
        .select()
        .from(devices)
        .where(or(eq(devices.identity, key), isOlder))
        .orderBy(desc(devices.createdAt)),
    );
  }

  countDevices(personId: string): Promise<number> {
    return this.#do(async (db) => {
      const [row] = await db
        .select({ total: count() })
        .from(devices)
        .where(and(eq(devices.ownerId, personId), inArray(devices.state, COUNTING_STATES)));
      return row?.total ?? 0;
    });
  }

  listReplacements(personId: string): Promise<readonly Device[]> {
    const isRelated = or(isNotNull(devices.replacementAskedAt), isNotNull(devices.replaces));
    return this.#do((db) =>
      db
        .select()
        .from(devices)
        .where(and(eq(devices.ownerId, personId), inArray(devices.state, COUNTING_STATES), isRelated))
        .orderBy(devices.createdAt),
    );
  }

  /**
   * Adds a device. Returns false if a device in use has the same identity or GUID, or any device has the same id. Waits for any
   * other transaction that is about to add the same card.
   */
  insertDevice(device: Device): Promise<boolean> {
    return this.#do(async (db) => {
      const added = await db.insert(devices).values(device).onConflictDoNothing().returning({ id: devices.id });
      return added.length > 0;
    });
  }

  certifiedElsewhere(keyHashes: readonly string[], deviceId: string): Promise<readonly string[]> {
    return this.#do(async (db) => {
      if (keyHashes.length === 0) return [];
      const rows = await db
        .selectDistinct({ keyHash: certificates.keyHash })
        .from(certificates)
        .where(and(inArray(certificates.keyHash, keyHashes), ne(certificates.deviceId, deviceId)));
      return keyHashes.filter((asked) => rows.some(({ keyHash }) => keyHash === asked));
    });
  }

  latestCertificate(deviceId: string, slot: DeviceSlot): Promise<Certificate | undefined> {
    return this.#do(async (db) => {
      const [row] = await db
        .select()
        .from(certificates)
        .where(and(eq(certificates.deviceId, deviceId), eq(certificates.slot, slot)))
        .orderBy(desc(certificates.createdAt))
        .limit(1);
      return row;
    });
  }

  hadPasskeys(deviceId: string): Promise<boolean> {
    return this.#do((db) => hadPasskeys(db, deviceId));
  }

  findPasskey(service: string, credentialId: string): Promise<KnownPasskey | undefined> {
    return this.#do((db) => findPasskey(db, service, credentialId));
  }

  listPasskeys(personId: string, service: string): Promise<readonly Passkey[]> {
    return this.#do((db) => listPasskeysOf(db, personId, service));
  }

  duePasskeyRemovals(services: readonly string[], limit: number, offset = 0): Promise<readonly PasskeyRemoval[]> {
    return this.#do((db) => listDueRemovals(db, services, { limit, offset }));
  }

  expiringDevices(query: ExpiryQuery, limit: number): Promise<readonly ExpiringDevice[]> {
    return this.#do((db) => listExpiring(db, query, limit));
  }

  insertNotice(notice: Notice): Promise<boolean> {
    return this.#do((db) => insertNotice(db, notice));
  }

  dueNotices(now: Date, limit: number): Promise<readonly Notice[]> {
    return this.#do((db) => listDueNotices(db, now, limit));
  }

  openNotice(id: string): Promise<Notice | undefined> {
    return this.#do((db) => openNotice(db, id));
  }

  expiredWork(now: Date, limit: number): Promise<readonly WaitingWork[]> {
    return this.#do((db) => listExpiredWork(db, now, limit));
  }

  findPolicy(model: string): Promise<PolicyRow | undefined> {
    return this.#do(async (db) => {
      const [row] = await db.select().from(devicePolicies).where(eq(devicePolicies.model, model));
      return row;
    });
  }

  lockPolicy(model: string): Promise<PolicyRow | undefined> {
    return this.#do(async (db) => {
      const [row] = await db.select().from(devicePolicies).where(eq(devicePolicies.model, model)).for('update');
      return row;
    });
  }

  listPolicies(): Promise<readonly PolicyRow[]> {
    return this.#do((db) =>
      db
        .select()
        .from(devicePolicies)
        .orderBy(sql`${devicePolicies.model} COLLATE "C"`),
    );
  }

  putPolicy(row: PolicyRow, mode: 'replace' | 'add'): Promise<void> {
    return this.#do(async (db) => {
      const insert = db.insert(devicePolicies).values(row);
      await (mode === 'add'
        ? insert.onConflictDoNothing()
        : insert.onConflictDoUpdate({ target: devicePolicies.model, set: row }));
    });
  }

  findProposal(id: string): Promise<PolicyProposal | undefined> {
    return this.#do(async (db) => {
      const [row] = await db.select().from(policyProposals).where(eq(policyProposals.id, id));
      return row;
    });
  }

  listProposals(): Promise<readonly PolicyProposal[]> {
    return this.#do((db) =>
      db
        .select()
        .from(policyProposals)
        .orderBy(sql`${policyProposals.model} COLLATE "C"`),
    );
  }

  putProposal(row: PolicyProposal): Promise<void> {
    return this.#do(async (db) => {
      await db.insert(policyProposals).values(row).onConflictDoUpdate({ target: policyProposals.model, set: row });
      await noteProposed(db, row.id, row.proposedBy);
    });
  }

  removeProposal(id: string): Promise<boolean> {
    return this.#do(async (db) => {
      const removed = await db
        .delete(policyProposals)
        .where(eq(policyProposals.id, id))
        .returning({ id: policyProposals.id });
      return removed.length > 0;
    });
  }

  spend(personId: string, what: Spending, uses?: Uses): Promise<Spent> {
    return this.#do((db) => spend(db, personId, what, uses));
  }

  write(changes: Changes): Promise<void> {
    return this.#do(async (db) => {
      await this.put(db, changes);
      this.written.push(changes);
    });
  }

  /**
   * Runs a call. If an earlier call failed, throws the error of that call instead. Keeps the first error, which `requireWhole` throws to roll the
   * transaction back.
   */
  async #do<T>(work: (db: Database) => Promise<T>): Promise<T> {
    if (!this.#connection) throw new Error('the transaction is over');
    this.requireWhole();
    try {
      return await work(this.#connection);
    } catch (error) {
      this.#refusal ??= { error };
      throw error;
    }
  }
}
