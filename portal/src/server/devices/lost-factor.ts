import { eq } from 'drizzle-orm';
import { noteTaken, type Actor } from '../accounts/power-acts.js';
import { listSignInPasskeys } from '../accounts/sign-in-passkeys.js';
import type { Database } from '../store/database.js';
import { devices } from '../store/schema.js';

/**
 * Notes that an operator ends a device of someone whose second factor it may be: after that, the password alone could register a passkey. It is noted
 * before the device is over, so that nobody acts as its owner in between. Whoever has a passkey besides keeps that.
 */
export async function noteLostFactor(db: Database, by: Actor, deviceId: string): Promise<void> {
  const [device] = await db.select({ ownerId: devices.ownerId }).from(devices).where(eq(devices.id, deviceId));
  if (device && (await listSignInPasskeys(db, device.ownerId)).length === 0)
    await noteTaken(db, device.ownerId, by, 'second-factor.removed');
}
