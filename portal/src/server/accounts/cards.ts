import { and, eq, gt, inArray, isNull, lte, or } from 'drizzle-orm';
import type { Database } from '../store/database.js';
import { certificates, devices, operations, users } from '../store/schema.js';

/** Slot whose key proves that the owner is present (SP 800-73-4 Part 1, table 4b). */
const LOGIN_SLOT = '9A';

/**
 * Lists the row ids of a person's cards: the devices whose login certificate is valid now, so that the person can prove their identity by the operation
 * `prove-owner`. Where the second factor of the person was reset, certificates of before do not count.
 *
 * @param states set to `active` for the cards that count now. A device that is suspended may be released again.
 */
export async function cardsOf(db: Database, userId: string, states: 'active' | 'not-over'): Promise<readonly string[]> {
  const now = new Date();
  const isUnrevoked = isNull(certificates.revocationReason);
  const isThere =
    states === 'active'
      ? and(eq(devices.state, 'active'), isUnrevoked)
      : and(
          inArray(devices.state, ['active', 'suspended']),
          or(isUnrevoked, eq(certificates.revocationReason, 'certificateHold')),
        );
  const found = await db
    .selectDistinct({ id: devices.id })
    .from(devices)
    .innerJoin(users, eq(users.id, devices.ownerId))
    .innerJoin(certificates, eq(certificates.deviceId, devices.id))
    .where(
      and(
        eq(devices.ownerId, userId),
        isThere,
        eq(certificates.slot, LOGIN_SLOT),
        lte(certificates.notBefore, now),
        gt(certificates.notAfter, now),
        or(isNull(users.secondFactorReset), gt(certificates.createdAt, users.secondFactorReset)),
      ),
    );
  return found.map(({ id }) => id);
}

/** Returns the row id of the card with which an operation of a person has proved their identity. Returns undefined if that card does not count now. */
export async function provingCard(db: Database, userId: string, operationId: string): Promise<string | undefined> {
  const [operation] = await db
    .select({ deviceId: operations.deviceId })
    .from(operations)
    .where(and(eq(operations.id, operationId), eq(operations.userId, userId)));
  return (await cardsOf(db, userId, 'active')).find((id) => id === operation?.deviceId);
}
