import {
  and,
  eq,
  exists,
  gt,
  gte,
  isNotNull,
  isNull,
  lte,
  ne,
  not,
  or,
  sql,
  type AnyColumn,
  type SQL,
} from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { audit, certificates, devices, operations, passkeys, users } from '../store/schema.js';

/** Slot whose key proves that the owner is present (SP 800-73-4 Part 1, table 4b). */
const LOGIN_SLOT = '9A';

/**
 * Lists the row ids of a person's cards that count now: the active devices whose login certificate is valid, so that the person can prove their identity by
 * the operation `prove-owner`. Where the second factor of the person was reset, certificates of before do not count.
 */
export async function cardsOf(db: Database, userId: string): Promise<readonly string[]> {
  const now = new Date();
  const found = await db
    .selectDistinct({ id: devices.id })
    .from(devices)
    .innerJoin(users, eq(users.id, devices.ownerId))
    .innerJoin(certificates, eq(certificates.deviceId, devices.id))
    .where(
      and(
        eq(devices.ownerId, userId),
        eq(devices.state, 'active'),
        isNull(certificates.revocationReason),
        eq(certificates.slot, LOGIN_SLOT),
        lte(certificates.notBefore, now),
        gt(certificates.notAfter, now),
        isSinceReset(certificates.createdAt),
      ),
    );
  return found.map(({ id }) => id);
}

/** Condition for what was made after the second factor of the person in `users` was reset, if it was. */
const isSinceReset = (madeAt: AnyColumn): SQL | undefined =>
  or(isNull(users.secondFactorReset), gt(madeAt, users.secondFactorReset));

/**
 * Lists the row ids of a person's devices that have once counted as their second factor, by card or passkey, and of which nobody has proved that this is
 * over. Time proves nothing: not the end of a certificate, and not what the portal does by itself to the devices of someone who left.
 *
 * @param service name of the portal's own passkey service; null if there is none
 */
export async function listOnceCounted(
  db: Database,
  userId: string,
  service: string | null,
): Promise<readonly string[]> {
  const hasLogin = db
    .select({ id: certificates.id })
    .from(certificates)
    .where(
      and(
        eq(certificates.deviceId, devices.id),
        eq(certificates.slot, LOGIN_SLOT),
        isSinceReset(certificates.createdAt),
      ),
    );
  // A passkey that is gone from an active device was removed with the device, by an operation of its owner.
  const hadPasskey = db
    .select({ id: passkeys.id })
    .from(passkeys)
    .where(
      and(
        eq(passkeys.deviceId, devices.id),
        eq(passkeys.service, service ?? ''),
        or(ne(devices.state, 'active'), isNull(passkeys.removalDueAt)),
        isSinceReset(passkeys.createdAt),
      ),
    );
  const found = await db
    .select({ id: devices.id })
    .from(devices)
    .innerJoin(users, eq(users.id, devices.ownerId))
    .where(
      and(
        eq(devices.ownerId, userId),
        isNotNull(devices.activatedAt),
        or(exists(hasLogin), exists(hadPasskey)),
        not(isProvedOver(db)),
      ),
    );
  return found.map(({ id }) => id);
}

/**
 * Condition for a device that is proved to be over: its erased card was read back or an operator has released it (`available`), another device has taken its
 * place, which then counts itself, or someone other than its owner has terminated it.
 */
function isProvedOver(db: Database): SQL {
  const happened = (...what: readonly (SQL | undefined)[]): SQL =>
    exists(
      db
        .select({ id: audit.id })
        .from(audit)
        .where(and(eq(audit.deviceId, devices.id), gte(audit.at, devices.activatedAt), ...what)),
    );
  const isReplaced = happened(eq(audit.event, 'device.replaced'));
  const isTerminatedByAnother = happened(
    eq(audit.event, 'device.state-changed'),
    sql`${audit.detail} ->> 'to' = 'terminated'`,
    ne(audit.actor, 'portal'),
    ne(audit.actor, users.username),
    // No operation, which is of its owner, ends a device for another person.
    isNull(audit.operationId),
  );
  const isEnded = and(eq(devices.state, 'terminated'), or(isReplaced, isTerminatedByAnother));
  return sql`(${or(eq(devices.state, 'available'), isEnded)})`;
}

/** Returns the row id of the card with which an operation of a person has proved their identity. Returns undefined if that card does not count now. */
export async function provingCard(db: Database, userId: string, operationId: string): Promise<string | undefined> {
  const [operation] = await db
    .select({ deviceId: operations.deviceId })
    .from(operations)
    .where(and(eq(operations.id, operationId), eq(operations.userId, userId)));
  return (await cardsOf(db, userId)).find((id) => id === operation?.deviceId);
}
