import { isInUse, PHONE } from '@cardwright/cms/devices';
import type { Device } from '@cardwright/cms/store';
import { CardwrightError } from '@cardwright/protocol';
import type { EnrollingPhone, User } from '../../store/schema.js';
import type { EnrolmentWork } from './enrolment-work.js';

type Work = Pick<EnrolmentWork, 'records'>;

type Named = Pick<EnrollingPhone, 'key' | 'udid'>;

/**
 * Returns `Device.identity` of a phone, made from the key that Apple certified. Only the phone can sign with that key, while any phone can give the
 * UDID and the serial number of another. A phone that answered before the portal kept keys is identified by its UDID.
 */
export const identityOf = ({ key, udid }: Named): string => (key === undefined ? `apple:${udid}` : `apple:key:${key}`);

/**
 * Lists the devices in use with the phone's identity, at most one, and those of the user with its serial number. The latter are the same phone before
 * it was erased, which gave it another key. A serial number alone never finds another user's device: whoever gives it may be lying.
 *
 * @param own ids of the user's devices with the phone's serial number (`listPhonesOf`)
 */
async function listInUse({ records }: Work, phone: Named, own: readonly string[]): Promise<readonly Device[]> {
  const rows = new Map<string, Device>();
  for (const row of await records.transaction.findByIdentity({ key: identityOf(phone), serial: null }))
    rows.set(row.id, row);
  for (const id of own) {
    const device = await records.openDevice(id);
    if (device) rows.set(id, device.row);
  }
  return [...rows.values()].filter(({ model, state }) => model === PHONE && isInUse(state));
}

/**
 * Returns the reason why a phone cannot become a device of a user: it is another user's device, or an operator has suspended it. Returns undefined if
 * the phone can. If the phone is the user's own device and not suspended, `makeRoom` terminates that device.
 *
 * @param own ids of the user's devices with the phone's serial number
 */
export async function findInTheWay(
  work: Work,
  user: User,
  phone: Named,
  own: readonly string[],
): Promise<CardwrightError | undefined> {
  return obstacleAmong(await listInUse(work, phone, own), user);
}

function obstacleAmong(devices: readonly Device[], user: User): CardwrightError | undefined {
  if (devices.some(({ ownerId }) => ownerId !== user.id)) return new CardwrightError('PHONE_OF_ANOTHER');
  if (devices.some(({ state }) => state === 'suspended'))
    return new CardwrightError('PHONE_REFUSED', { reason: 'This mobile device is suspended.' });
  return undefined;
}

/**
 * Terminates the locked user's earlier device of the same phone.
 *
 * The device is locked and checked before it is terminated. If another user's device of this phone is added meanwhile, adding the new device fails.
 *
 * @param own ids of the user's devices with the phone's serial number
 * @returns the reason why the phone cannot become a new device, in which case nothing was changed; undefined if the phone can
 */
export async function makeRoom(
  work: Work,
  user: User,
  phone: Named,
  own: readonly string[],
): Promise<CardwrightError | undefined> {
  // An operator may end or suspend the device before it is locked here, so the device is checked again.
  for (const { id } of await listInUse(work, phone, own)) await work.records.openDevice(id);
  const inUse = await listInUse(work, phone, own);
  const problem = obstacleAmong(inUse, user);
  if (problem) return problem;
  for (const { id } of inUse)
    (await work.records.openDevice(id))?.changeState('terminated', user.username, 'enrolled again');
  return undefined;
}
