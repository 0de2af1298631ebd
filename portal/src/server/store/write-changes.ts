import { isInUse } from '@cardwright/cms/devices';
import type { Changes } from '@cardwright/cms/store';
import { decodeBytes } from '@cardwright/protocol';
import { getTableColumns, sql, type SQL } from 'drizzle-orm';
import type { PgTable } from 'drizzle-orm/pg-core';
import { insertAudit } from './audit-rows.js';
import type { Database } from './database.js';
import { certificatesWithIssuers, issuerKeyOf } from './issuer-key.js';
import { devices, escrows, notices, operationEvents, operations, passkeys, waitingWork } from './schema.js';

/** Writes changes in a transaction. */
export type WriteChanges = (db: Database, changes: Changes) => Promise<void>;

const GENERATED: readonly string[] = [escrows.sequence.name];

/**
 * Writes all changes in one statement. Sends no statement if there are no changes. Rows that make room for others in a unique index come first: ended
 * before running operations, ended devices before devices in use, removed passkeys before existing ones, ended work before work that waits.
 */
export async function writeChanges(db: Database, changes: Changes): Promise<void> {
  const inserts = [
    ...some(latest(changes.operations), (rows) =>
      db
        .insert(operations)
        .values(lastly(rows, ({ status }) => status === 'running'))
        .onConflictDoUpdate({ target: operations.id, set: replaced(operations) }),
    ),
    ...some(latest(changes.devices), (rows) =>
      db
        .insert(devices)
        .values(lastly(rows, ({ state }) => isInUse(state)))
        .onConflictDoUpdate({ target: devices.id, set: replaced(devices) }),
    ),
    ...some(latest(changes.escrows), (rows) =>
      db
        .insert(escrows)
        .values([...rows])
        .onConflictDoUpdate({ target: escrows.id, set: replaced(escrows) }),
    ),
    ...some(latest(changes.certificates), (rows) =>
      db
        .insert(certificatesWithIssuers)
        .values(rows.map((row) => ({ ...row, issuerKey: issuerKeyOf(decodeBytes(row.der)) })))
        .onConflictDoUpdate({ target: certificatesWithIssuers.id, set: replaced(certificatesWithIssuers) }),
    ),
    ...some(latest(changes.passkeys), (rows) =>
      db
        .insert(passkeys)
        .values(lastly(rows, ({ removedAt }) => removedAt === null))
        .onConflictDoUpdate({ target: passkeys.id, set: replaced(passkeys) }),
    ),
    ...some(latest(changes.notices), (rows) =>
      db
        .insert(notices)
        .values([...rows])
        .onConflictDoUpdate({ target: notices.id, set: replaced(notices) }),
    ),
    ...some(latest(changes.work), (rows) =>
      db
        .insert(waitingWork)
        .values(lastly(rows, ({ outcome }) => outcome === null))
        .onConflictDoUpdate({ target: waitingWork.id, set: replaced(waitingWork) }),
    ),
    ...some(changes.audit, (rows) => insertAudit(db, rows)),
    ...some(changes.events, (rows) => db.insert(operationEvents).values([...rows])),
  ];
  if (inserts.length === 0) return;
  const parts = inserts.map((insert, index) => sql`${sql.identifier(`part_${index}`)} AS (${insert.getSQL()})`);
  await db.execute(sql`WITH ${sql.join(parts, sql`, `)} SELECT`);
}

const some = <Row, Insert>(rows: readonly Row[], insert: (rows: readonly Row[]) => Insert): Insert[] =>
  rows.length === 0 ? [] : [insert(rows)];

/** Keeps the last of several rows with the same id, because one statement cannot write a row twice. */
const latest = <Row extends { readonly id: string }>(rows: readonly Row[]): Row[] => [
  ...new Map(rows.map((row) => [row.id, row])).values(),
];

const lastly = <Row>(rows: readonly Row[], isLast: (row: Row) => boolean): Row[] => [
  ...rows.filter((row) => !isLast(row)),
  ...rows.filter(isLast),
];

/** Returns the assignments with which an upsert replaces every column except the id and generated columns. */
const replaced = (table: PgTable): Record<string, SQL> =>
  Object.fromEntries(
    Object.entries(getTableColumns(table))
      .filter(([, { name }]) => name !== 'id' && !GENERATED.includes(name))
      .map(([property, { name }]) => [property, sql`excluded.${sql.identifier(name)}`]),
  );
