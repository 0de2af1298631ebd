import { CardwrightError, type ErrorCode, type Slot } from '@cardwright/protocol';
import { and, count, eq, inArray, isNull, or, sql } from 'drizzle-orm';
import { record } from '../audit.js';
import type { Database } from '../store/database.js';
import { certificates, devices, users, type Certificate, type Device } from '../store/schema.js';
import { DEVICE_STATES, mayFollow, type DeviceState } from './device-state.js';

/**
 * Holds a user's row until the transaction ends. It is locked before any operation or device of hers, by whoever changes these: so
 * nobody waits for someone who waits for them. Rows that refer to it can be written meanwhile.
 */
export async function lockUser(db: Database, id: string): Promise<void> {
  await db.select({ id: users.id }).from(users).where(eq(users.id, id)).for('no key update');
}

/** A device by its id; locks the row until the transaction ends. */
export async function lockDevice(db: Database, id: string): Promise<Device | undefined> {
  const [row] = await db.select().from(devices).where(eq(devices.id, id)).for('update');
  return row;
}

const COUNTING = Object.entries(DEVICE_STATES)
  .filter(([, rule]) => rule.counts)
  .map(([state]) => state as DeviceState);

/** How many devices of a user count towards the limit. */
export async function countDevices(db: Database, userId: string): Promise<number> {
  const [row] = await db
    .select({ total: count() })
    .from(devices)
    .where(and(eq(devices.ownerId, userId), inArray(devices.state, COUNTING)));
  return row?.total ?? 0;
}

/**
 * Throws when one more device would be too many. Its transaction holds the user's row (`lockUser`), so that two issuances at once
 * cannot both take the last place.
 *
 * @throws CardwrightError `DEVICE_LIMIT`
 */
export async function claimPlace(db: Database, userId: string, limit: number): Promise<void> {
  if ((await countDevices(db, userId)) >= limit) throw new CardwrightError('DEVICE_LIMIT', { limit });
}

/**
 * Brings a device into another state, and its certificates into the standing of that state on the CRL.
 *
 * @param device the row as locked by this transaction
 * @throws CardwrightError `DEVICE_STATE` when the table of states does not allow it
 */
export async function changeState(
  db: Database,
  device: Device,
  to: DeviceState,
  by: string,
  reason: string | null,
): Promise<void> {
  if (!mayFollow(device.state, to)) throw new CardwrightError('DEVICE_STATE', { state: device.state });
  const now = new Date();
  await db
    .update(devices)
    .set({
      state: to,
      stateReason: reason,
      stateBeforeSuspension: to === 'suspended' ? device.state : null,
      // An approval is for one issuance: the next one needs its own.
      pukApprovedAt: null,
      pukApprovedBy: null,
      updatedAt: now,
      ...(to === 'pending' ? { issuedAt: now } : {}),
      ...(to === 'active' && device.activatedAt === null ? { activatedAt: now } : {}),
    })
    .where(eq(devices.id, device.id));
  const { standing } = DEVICE_STATES[to];
  await db
    .update(certificates)
    .set({ revocationReason: standing, revokedAt: standing === null ? null : now })
    .where(
      and(
        eq(certificates.deviceId, device.id),
        isNotFinal,
        sql`${certificates.revocationReason} IS DISTINCT FROM ${standing}`,
      ),
    );
  await record(db, {
    actor: by,
    event: 'device.state-changed',
    deviceId: device.id,
    detail: { from: device.state, to, reason },
  });
}

/**
 * Notes why the production of a device rests at the moment, by the code of the error; null when it goes on. Says nothing of a
 * device in another state.
 */
export async function noteInterruption(db: Database, device: Device, code: ErrorCode | null): Promise<void> {
  if (device.state !== 'producing' || device.stateReason === code) return;
  await db.update(devices).set({ stateReason: code, updatedAt: new Date() }).where(eq(devices.id, device.id));
}

/** A certificate on hold can come back; every other revocation is for ever (RFC 5280, 5.3.1). */
const isNotFinal = or(isNull(certificates.revocationReason), eq(certificates.revocationReason, 'certificateHold'));

/** The certificates of a device that are not revoked for good. */
export async function validCertificates(db: Database, deviceId: string): Promise<Certificate[]> {
  return db
    .select()
    .from(certificates)
    .where(and(eq(certificates.deviceId, deviceId), isNotFinal))
    .orderBy(certificates.slot);
}

/** Revokes the certificates of slots whose keys are about to be replaced. */
export async function supersede(db: Database, deviceId: string, slots: readonly Slot[]): Promise<Certificate[]> {
  if (slots.length === 0) return [];
  return db
    .update(certificates)
    .set({ revocationReason: 'superseded', revokedAt: new Date() })
    .where(and(eq(certificates.deviceId, deviceId), inArray(certificates.slot, [...slots]), isNotFinal))
    .returning();
}
