import { CardwrightError } from '@cardwright/protocol';
import { and, desc, eq, isNull, or } from 'drizzle-orm';
import type { DeviceIdentity } from '../attestation/attestation.js';
import type { ReasonCode } from '../reasons.js';
import type { Database } from '../store/database.js';
import { devices, type Device, type User } from '../store/schema.js';
import type { DeviceState } from './device-state.js';

/**
 * The latest row of the device that its vendor's signature names, whoever owns it and whatever page and host said. Rows of an older
 * portal have no identity: of these one that was proved is known by its serial number.
 */
export async function findByIdentity(db: Database, identity: DeviceIdentity): Promise<Device | undefined> {
  const [row] = await db.select().from(devices).where(isOf(identity)).orderBy(desc(devices.createdAt)).limit(1);
  return row;
}

/** Rows of the device that are nobody's any more. */
export async function listGivenBack(db: Database, identity: DeviceIdentity): Promise<Device[]> {
  return db
    .select()
    .from(devices)
    .where(and(isOf(identity), eq(devices.state, 'available')));
}

/** Writes down who a device is, where its row does not say so yet. */
export async function noteIdentity(
  db: Database,
  { id }: Device,
  { key, serial, firmware }: DeviceIdentity,
): Promise<void> {
  await db
    .update(devices)
    .set({ identity: key, firmware, ...(serial === null ? {} : { serial }) })
    .where(eq(devices.id, id));
}

const isOf = ({ key, serial }: DeviceIdentity) =>
  or(
    eq(devices.identity, key),
    serial === null
      ? undefined
      : and(isNull(devices.identity), eq(devices.serial, serial), eq(devices.proof, 'attested')),
  );

/** Why a device that has a row cannot become another one, by that row's state; null where its owner can make it one. */
const IN_THE_WAY: Readonly<Record<DeviceState, ReasonCode | null>> = {
  available: null,
  producing: null,
  pending: null,
  failed: null,
  'awaiting-approval': 'awaiting-approval',
  active: 'issued-to-you',
  suspended: 'suspended',
  terminated: 'terminated',
};

/**
 * Refuses a device that the card proved to be, and that page and host did not name: it is someone else's, or issued.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE`
 */
export function requireFree(user: User, { ownerId, state }: Device): void {
  if (state === 'available') return;
  const isForeign = ownerId !== user.id && state !== 'terminated';
  const reason: ReasonCode | null = isForeign ? 'issued-to-another' : IN_THE_WAY[state];
  if (reason) throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason });
}
