import { isInUse, PHONE } from '@cardwright/cms/devices';
import type { Device } from '@cardwright/cms/store';
import { CardwrightError } from '@cardwright/protocol';
import type { EnrollingPhone, User } from '../../store/schema.js';
import type { EnrolmentWork } from './enrolment-work.js';

type Work = Pick<EnrolmentWork, 'records'>;

/** Returns `Device.identity` of a phone, made from the UDID that the phone signed with its certificate from Apple. */
export const identityOf = ({ udid }: Pick<EnrollingPhone, 'udid'>): string => `apple:${udid}`;

/** Lists the devices in use with the phone's identity: at most one device. */
async function listInUse({ records }: Work, phone: Pick<EnrollingPhone, 'udid'>): Promise<readonly Device[]> {
  const rows = await records.transaction.findByIdentity({ key: identityOf(phone), serial: null });
  return rows.filter(({ model, state }) => model === PHONE && isInUse(state));
}

/**
 * Returns the reason why a phone cannot become a device of a user: it is another user's device, or an operator has suspended it. Returns undefined if
 * the phone can. If the phone is the user's own device and not suspended, `makeRoom` terminates that device.
 */
export async function findInTheWay(
  work: Work,
  user: User,
  phone: Pick<EnrollingPhone, 'udid'>,
): Promise<CardwrightError | undefined> {
  return obstacleAmong(await listInUse(work, phone), user);
}

function obstacleAmong(devices: readonly Device[], user: User): CardwrightError | undefined {
  if (devices.some(({ ownerId }) => ownerId !== user.id)) return new CardwrightError('PHONE_OF_ANOTHER');
  if (devices.some(({ state }) => state === 'suspended'))
    return new CardwrightError('PHONE_REFUSED', { reason: 'An operator has suspended this mobile device.' });
  return undefined;
}

/**
 * Terminates the locked user's earlier device of the same phone.
 *
 * The device is locked and checked before it is terminated. If another user's device of this phone is added meanwhile, adding the new device fails.
 *
 * @returns the reason why the phone cannot become a new device, in which case nothing was changed; undefined if the phone can
 */
export async function makeRoom(
  work: Work,
  user: User,
  phone: Pick<EnrollingPhone, 'udid'>,
): Promise<CardwrightError | undefined> {
  // An operator may end or suspend the device before it is locked here, so the device is checked again.
  for (const { id } of await listInUse(work, phone)) await work.records.openDevice(id);
  const inUse = await listInUse(work, phone);
  const problem = obstacleAmong(inUse, user);
  if (problem) return problem;
  for (const { id } of inUse)
    (await work.records.openDevice(id))?.changeState('terminated', user.username, 'enrolled again');
  return undefined;
}
