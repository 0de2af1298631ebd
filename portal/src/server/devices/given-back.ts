import type { DeviceInfo } from '@cardwright/protocol';
import { and, eq } from 'drizzle-orm';
import { dropNewer, listEscrows } from '../keys/escrow.js';
import type { Database } from '../store/database.js';
import { devices } from '../store/schema.js';
import { findLatestRow } from './devices.js';

/** What is left of a device that was given back: its row, and perhaps, on the card, what only the row's escrows open. */

/**
 * Whether a card that is nobody's may still have secrets of ours, and so is a used one though it does not tell. With a
 * factory PUK it could not be issued but only be blocked.
 */
export async function mayHaveOurSecrets(db: Database, info: DeviceInfo): Promise<boolean> {
  // The management key is what a card gets first: with its factory key it has none of the others.
  if (info.managementKey?.isDefault === true) return false;
  const row = await findLatestRow(db, info);
  return row?.state === 'available' && (await listEscrows(db, row.id)).length > 0;
}

/**
 * Drops the escrows of a card that proved its factory key, in every row that was given back. One without a readable serial
 * was known by its GUID alone, which went with all else on it: nothing leads to its rows any more.
 */
export async function forgetGivenBack(
  db: Database,
  { model, serial }: { readonly model: string; readonly serial: string | null },
): Promise<void> {
  if (serial === null) return;
  const rows = await db
    .select({ id: devices.id })
    .from(devices)
    .where(and(eq(devices.model, model), eq(devices.serial, serial), eq(devices.state, 'available')));
  for (const { id } of rows) await dropNewer(db, id, undefined);
}
