import { CardwrightError } from '@cardwright/protocol';
import { eq } from 'drizzle-orm';
import { endOperations } from '../operations/operation-rows.js';
import type { Database } from '../store/database.js';
import { findUnderWay } from '../store/known-cards.js';
import { devices, type Device, type User } from '../store/schema.js';
import type { DevicePolicy } from './device-policy.js';
import { changeState, lockDevice, lockUser } from './devices.js';
import { canChoosePin } from './eligibility.js';
import { findPolicies } from './policy-store.js';

/**
 * What its owner can do about a device that is not whole: `go-on` where its issuance broke off, or `start-again`, which gives
 * the row up and has the card erased.
 */
export type WayOn = 'go-on' | 'start-again';

/** The ways on of devices, by their ids. Takes two statements at most, however many devices there are. */
export async function listWaysOn(db: Database, rows: readonly Device[]): Promise<(id: string) => readonly WayOn[]> {
  const inState = (wanted: Device['state']): Device[] => rows.filter(({ state }) => state === wanted);
  const underWay = await findUnderWay(
    db,
    inState('pending').map(({ id }) => id),
  );
  const policies = await findPolicies(
    db,
    inState('failed').map(({ model }) => model),
  );
  const ways = new Map(rows.map((row) => [row.id, waysOn(row, underWay.has(row.id), policies.get(row.model))]));
  return (id) => ways.get(id) ?? [];
}

/** The ways on of a device, the usual one first; none where nothing is to be done, or only an operator can do it. */
function waysOn(device: Device, isUnderWay: boolean, policy: DevicePolicy | undefined): readonly WayOn[] {
  switch (device.state) {
    case 'producing':
      return ['go-on'];
    case 'pending':
      // Given up, it waits for an operator, who can have its initial PIN shown.
      return canChoosePin(device, isUnderWay) ? ['go-on'] : [];
    case 'failed':
      return canStartAgain(device, policy) ? ['go-on', 'start-again'] : ['go-on'];
    default:
      return [];
  }
}

/** A card that can not be erased has but one way on: going on makes all its keys anew. */
const canStartAgain = ({ resettable }: Device, policy: DevicePolicy | undefined): boolean =>
  resettable && policy?.reset === 'allow';

/**
 * Gives a failed device back, so that its owner can start again: from now on its card is a used one of nobody's, to be erased
 * and issued anew. Its certificates stay revoked, its row stays for the operator's eyes. What was under way with it is over.
 *
 * @throws CardwrightError `DEVICE_STATE` when it is not this user's, has not failed, or can not be erased
 */
export async function startAgain(db: Database, user: User, id: string): Promise<void> {
  await lockUser(db, user.id);
  if (!(await isOwn(db, user, id))) throw new CardwrightError('DEVICE_STATE', { state: 'unknown' });
  await endOperations(db, user, id);
  const device = await lockDevice(db, id);
  if (!device) throw new CardwrightError('DEVICE_STATE', { state: 'unknown' });
  if (!(await listWaysOn(db, [device]))(id).includes('start-again'))
    throw new CardwrightError('DEVICE_STATE', { state: device.state });
  await changeState(db, device, 'available', user.username, 'started again');
}

/** Whether a device is this user's: its owner never changes, so nothing needs to be locked. */
async function isOwn(db: Database, user: User, id: string): Promise<boolean> {
  const [row] = await db.select({ ownerId: devices.ownerId }).from(devices).where(eq(devices.id, id));
  return row?.ownerId === user.id;
}
