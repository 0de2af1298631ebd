import { CardwrightError, seal, signDisplay, type PublicJwk } from '@cardwright/protocol';
import { eq } from 'drizzle-orm';
import { record } from '../audit.js';
import { listEscrows, openEscrow } from '../keys/escrow.js';
import type { Services } from '../operations/services.js';
import type { Database } from '../store/database.js';
import { devices, type User } from '../store/schema.js';
import { lockDevice } from './devices.js';

/** The window of the extension that will show a secret: what `secret.prepareDisplay` returned. */
export interface DisplayWindow {
  readonly display: string;
  readonly key: PublicJwk;
}

/** Seconds within which a window must show it, as with a step. */
const VALID_FOR = 300;

/**
 * Seals the initial PIN of a device to one window of the extension, for an operator to read, and records who did so.
 *
 * @returns the JWS for `secret.display`
 * @throws CardwrightError `DEVICE_STATE` when the device has no initial PIN any more, or when nobody knows whether it has
 */
export function signInitialPin(
  { store, keys, origin }: Services,
  operator: User,
  id: string,
  { display, key }: DisplayWindow,
): Promise<string> {
  return store.db.transaction(async (db) => {
    const device = await lockDevice(db, id);
    const [escrow] = device ? await listEscrows(db, device.id) : [];
    const isShowable = device?.hasInitialPin === true && (device.state === 'pending' || device.state === 'active');
    if (!device || !escrow?.appliedAt || !isShowable)
      throw new CardwrightError('DEVICE_STATE', { state: device?.state ?? 'unknown' });
    const { pin } = await openEscrow(escrow, keys);
    const shownAs = device.serial === null ? `guid:${device.guid}` : `serial:${device.serial}`;
    const context = { origin, operation: null, device: shownAs, session: display, purpose: 'display' } as const;
    const sealed = await seal(new TextEncoder().encode(pin), key, context);
    await record(db, { actor: operator.username, event: 'initial-pin.shown', deviceId: device.id });
    const expires = Math.floor(Date.now() / 1000) + VALID_FOR;
    const payload = { origin, display, device: shownAs, label: 'initial-pin', expires, sealed } as const;
    return signDisplay(payload, keys.signingKey, keys.signingKeyId);
  });
}

/**
 * Notes whether the card of a device is known to have its initial PIN: it is once that was applied, and it is not while its
 * user may be choosing another one, nor after she did.
 */
export async function noteInitialPin(db: Database, id: string, hasInitialPin: boolean): Promise<void> {
  await db.update(devices).set({ hasInitialPin }).where(eq(devices.id, id));
}
