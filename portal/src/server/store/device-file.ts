import type { DeviceFile } from '@cardwright/cms/store';
import { and, asc, desc, eq, getTableColumns, isNull, or, sql } from 'drizzle-orm';
import type { Database } from './database.js';
import { certificates, devices, escrows, passkeys } from './schema.js';

const { sequence, ...escrowColumns } = getTableColumns(escrows);

/** True for an escrow of which at least one of the two secrets may be on the card. */
export const mayBeOnCard = or(isNull(escrows.managementKeyDroppedAt), isNull(escrows.pukDroppedAt));

/** True for a passkey that is not due for removal. */
export const isGood = isNull(passkeys.removalDueAt);

/**
 * True for a certificate that is valid or may become so again. Only a hold can be lifted; every other revocation is final (RFC 5280,
 * 5.3.1).
 */
export const isNotFinal = or(
  isNull(certificates.revocationReason),
  eq(certificates.revocationReason, 'certificateHold'),
);

/**
 * Reads a device with its escrows, certificates and passkeys. One statement locks the device, and another reads the rest: the first
 * may wait, and anything that it read beside the lock would be outdated.
 */
export async function readDeviceFile(db: Database, id: string): Promise<DeviceFile | undefined> {
  const [device] = await db.select().from(devices).where(eq(devices.id, id)).for('no key update');
  if (!device) return undefined;
  // Each has the name of its table, so that the table's columns refer to it.
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
  // Full joins on a false condition return the rows of all three, each beside nulls.
  const rows = await db
    .select({
      escrow: escrowColumns,
      certificate: getTableColumns(certificates),
      passkey: getTableColumns(passkeys),
    })
    .from(kept)
    .fullJoin(valid, sql`false`)
    .fullJoin(good, sql`false`)
    .orderBy(desc(sequence), certificates.slot, asc(passkeys.createdAt), asc(passkeys.id));
  return {
    device,
    escrows: rows.flatMap(({ escrow }) => escrow ?? []),
    certificates: rows.flatMap(({ certificate }) => certificate ?? []),
    passkeys: rows.flatMap(({ passkey }) => passkey ?? []),
  };
}
