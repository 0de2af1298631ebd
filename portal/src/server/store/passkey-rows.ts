import type { KnownPasskey, Passkey, PasskeyRemoval } from '@cardwright/cms/store';
import { and, asc, eq, getTableColumns, inArray, isNotNull, isNull } from 'drizzle-orm';
import type { Database } from './database.js';
import { devices, passkeys } from './schema.js';

/** Queries for passkeys. Each query reads an index, so that its cost does not grow with the number of all passkeys. */

/** Finds the passkey with a credential id at a service. Returns undefined if there is no such passkey, or if the service has removed it. */
export async function findPasskey(
  db: Database,
  service: string,
  credentialId: string,
): Promise<KnownPasskey | undefined> {
  const [row] = await db
    .select({ passkey: passkeys, device: devices })
    .from(passkeys)
    .innerJoin(devices, eq(devices.id, passkeys.deviceId))
    .where(and(eq(passkeys.service, service), eq(passkeys.credentialId, credentialId), isNull(passkeys.removedAt)));
  return row;
}

/** True if a passkey was ever registered on a device, even if its service has removed it since. */
export async function hadPasskeys(db: Database, deviceId: string): Promise<boolean> {
  const rows = await db.select({ id: passkeys.id }).from(passkeys).where(eq(passkeys.deviceId, deviceId)).limit(1);
  return rows.length > 0;
}

/** Lists the passkeys that a person's devices have at a service, oldest first. Leaves out passkeys that are due for removal. */
export const listPasskeysOf = (db: Database, personId: string, service: string): Promise<Passkey[]> =>
  db
    .select(getTableColumns(passkeys))
    .from(passkeys)
    .innerJoin(devices, eq(devices.id, passkeys.deviceId))
    .where(and(eq(devices.ownerId, personId), eq(passkeys.service, service), isNull(passkeys.removalDueAt)))
    .orderBy(asc(passkeys.createdAt), asc(passkeys.id));

/** Lists passkeys that these services have yet to remove, the longest due first. */
export const listDueRemovals = (
  db: Database,
  services: readonly string[],
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Promise<PasskeyRemoval[]> =>
  db
    .select({ passkey: passkeys, ownerId: devices.ownerId })
    .from(passkeys)
    .innerJoin(devices, eq(devices.id, passkeys.deviceId))
    .where(and(isNotNull(passkeys.removalDueAt), isNull(passkeys.removedAt), inArray(passkeys.service, [...services])))
    .orderBy(asc(passkeys.removalDueAt), asc(passkeys.id))
    .limit(limit)
    .offset(offset);

/** Lists the passkeys of some devices that their services have not removed, oldest first. */
export const listPasskeysOn = async (db: Database, deviceIds: readonly string[]): Promise<Passkey[]> =>
  deviceIds.length === 0
    ? []
    : db
        .select()
        .from(passkeys)
        .where(and(inArray(passkeys.deviceId, [...deviceIds]), isNull(passkeys.removedAt)))
        .orderBy(asc(passkeys.createdAt), asc(passkeys.id));
