import { eq } from 'drizzle-orm';
import { listOnceCounted } from '../accounts/cards.js';
import { noteFactorTaken, type Actor } from '../accounts/power-acts.js';
import { listSignInPasskeys } from '../accounts/sign-in-passkeys.js';
import type { Database } from '../store/database.js';
import { devices } from '../store/schema.js';

/**
 * Notes that an operator ends a device of someone whose only second factor it is: after that, the password alone could register a passkey. It is noted
 * before the device is over, so that nobody acts as its owner in between. Whoever has a passkey or another such device keeps that.
 *
 * @param service name of the portal's own passkey service; null if there is none
 */
export async function noteLostFactor(db: Database, by: Actor, deviceId: string, service: string | null): Promise<void> {
  const [device] = await db.select({ ownerId: devices.ownerId }).from(devices).where(eq(devices.id, deviceId));
  if (!device || (await listSignInPasskeys(db, device.ownerId)).length > 0) return;
  const counted = await listOnceCounted(db, device.ownerId, service);
  if (counted.length === 1 && counted[0] === deviceId) await noteFactorTaken(db, device.ownerId, by);
}
