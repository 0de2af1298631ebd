import type { OperationEvent } from '@cardwright/cms/store';
import { and, asc, desc, eq, getTableColumns, inArray, isNull } from 'drizzle-orm';
import { unionAll } from 'drizzle-orm/pg-core';
import type { Database } from './database.js';
import { audit, operationEvents, operations, users, type OperationRow, type User } from './schema.js';

export type AuditRow = typeof audit.$inferSelect;

/** An operation with the user who started it, its events and its entries in the audit log. */
export interface LoggedOperation {
  readonly operation: Pick<OperationRow, keyof typeof OPERATION>;
  readonly owner: Pick<User, 'username' | 'displayName'>;
  /** Events in the order in which they were recorded. */
  readonly events: readonly OperationEvent[];
  /** Entries of the audit log on the operation, in the order in which they were written. */
  readonly entries: readonly AuditRow[];
}

const OPERATION = {
  id: operations.id,
  kind: operations.kind,
  deviceId: operations.deviceId,
  status: operations.status,
  createdAt: operations.createdAt,
  updatedAt: operations.updatedAt,
};
const RECORD = { operation: OPERATION, owner: { username: users.username, displayName: users.displayName } };

/** Maximum number of operations listed for a device. Of a device with more operations, the latest are listed. */
const MOST_OPERATIONS = 20;
/** Maximum number of audit entries listed for a device that belong to no operation. */
const MOST_ENTRIES = 50;

/**
 * Lists the latest operations on a device, newest first. An operation may erase a device and continue with another row of the table `devices`. The
 * operation is then listed for both rows. Takes at most three statements.
 *
 * @returns the operations; `hasMore` is set if there are older operations
 */
export async function listOperationsOf(
  db: Database,
  deviceId: string,
): Promise<{ readonly logged: readonly LoggedOperation[]; readonly hasMore: boolean }> {
  const ofDevice = unionAll(
    db.select({ id: operations.id }).from(operations).where(eq(operations.deviceId, deviceId)),
    db.select({ id: operationEvents.operationId }).from(operationEvents).where(eq(operationEvents.deviceId, deviceId)),
  );
  const rows = await db
    .select(RECORD)
    .from(operations)
    .innerJoin(users, eq(users.id, operations.userId))
    .where(inArray(operations.id, ofDevice))
    .orderBy(desc(operations.createdAt), desc(operations.id))
    .limit(MOST_OPERATIONS + 1);
  const logged = await withCourse(db, rows.slice(0, MOST_OPERATIONS));
  return { logged, hasMore: rows.length > MOST_OPERATIONS };
}

/** Finds an operation by its id, whether or not it has a device. Returns undefined if no operation has the id. */
export async function findOperation(db: Database, id: string): Promise<LoggedOperation | undefined> {
  const rows = await db
    .select(RECORD)
    .from(operations)
    .innerJoin(users, eq(users.id, operations.userId))
    .where(eq(operations.id, id));
  return (await withCourse(db, rows))[0];
}

/** Lists the latest audit entries on a device that belong to no operation, newest first. */
export const listDeviceHistory = (db: Database, deviceId: string): Promise<AuditRow[]> =>
  db
    .select()
    .from(audit)
    .where(and(eq(audit.deviceId, deviceId), isNull(audit.operationId)))
    .orderBy(desc(audit.id))
    .limit(MOST_ENTRIES);

async function withCourse(
  db: Database,
  rows: readonly Pick<LoggedOperation, 'operation' | 'owner'>[],
): Promise<LoggedOperation[]> {
  const ids = rows.map(({ operation }) => operation.id);
  if (ids.length === 0) return [];
  const events = await db
    .select(getTableColumns(operationEvents))
    .from(operationEvents)
    .where(inArray(operationEvents.operationId, ids))
    .orderBy(asc(operationEvents.id));
  const entries = await db.select().from(audit).where(inArray(audit.operationId, ids)).orderBy(asc(audit.id));
  return rows.map(({ operation, owner }) => ({
    operation,
    owner,
    events: events.filter(({ operationId }) => operationId === operation.id),
    entries: entries.filter(({ operationId }) => operationId === operation.id),
  }));
}
