import type { DeviceFile } from '@cardwright/cms/store';
import { and, asc, desc, eq, getTableColumns, isNull, or, sql } from 'drizzle-orm';
import type { Database } from './database.js';
import { certificates, devices, escrows, passkeys, waitingWork } from './schema.js';

const { sequence, ...escrowColumns } = getTableColumns(escrows);

/** Selects escrows of which at least one secret, the management key or the PUK, may be on the card. */
export const mayBeOnCard = or(isNull(escrows.managementKeyDroppedAt), isNull(escrows.pukDroppedAt));

/** Selects passkeys that are not due for removal. */
export const isGood = isNull(passkeys.removalDueAt);

/**
 * Selects certificates that are not revoked, or whose revocation is a hold. A hold can be lifted; every other revocation is final (RFC 5280, 5.3.1).
 */
export const isNotFinal = or(
  isNull(certificates.revocationReason),
  eq(certificates.revocationReason, 'certificateHold'),
);

/**
 * Reads a device with the escrows, certificates, passkeys and work of a `DeviceFile`. Returns undefined if there is no such device. The first statement
 * only locks and reads the device. A statement that waits for a lock reads unlocked rows as they were before the wait. A second statement therefore
 * reads the other rows.
 */
export async function readDeviceFile(db: Database, id: string): Promise<DeviceFile | undefined> {
  const [device] = await db.select().from(devices).where(eq(devices.id, id)).for('no key update');
  if (!device) return undefined;
  // Each subquery has the name of its table, so that the columns of the table refer to the subquery.
  const kept = db
    .select()
    .from(escrows)
    .where(and(eq(escrows.deviceId, id), mayBeOnCard))
    .as('escrows');
  const valid = db
    .select()
    .from(certificates)
    .where(and(eq(certificates.deviceId, id), isNotFinal))
    .as('certificates');
  const good = db
    .select()
    .from(passkeys)
    .where(and(eq(passkeys.deviceId, id), isGood))
    .as('passkeys');
  const waiting = db
    .select()
    .from(waitingWork)
    .where(and(eq(waitingWork.deviceId, id), isNull(waitingWork.outcome)))
    .as('waiting_work');
  // Full joins on a false condition return the rows of all queries, each row with nulls for the others.
  const rows = await db
    .select({
      escrow: escrowColumns,
      certificate: getTableColumns(certificates),
      passkey: getTableColumns(passkeys),
      work: getTableColumns(waitingWork),
    })
    .from(kept)
    .fullJoin(valid, sql`false`)
    .fullJoin(good, sql`false`)
    .fullJoin(waiting, sql`false`)
    .orderBy(
      desc(sequence),
      certificates.slot,
      asc(passkeys.createdAt),
      asc(passkeys.id),
      asc(waitingWork.askedAt),
      asc(waitingWork.id),
    );
  return {
    device,
    escrows: rows.flatMap(({ escrow }) => escrow ?? []),
    certificates: rows.flatMap(({ certificate }) => certificate ?? []),
    passkeys: rows.flatMap(({ passkey }) => passkey ?? []),
    work: rows.flatMap(({ work }) => work ?? []),
  };
}
