import { isInUse, PHONE, type Device } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import type { EnrollingPhone, User } from '../../store/schema.js';
import type { EnrolmentWork } from './enrolment-work.js';

type Work = Pick<EnrolmentWork, 'records'>;

/** `Device.identity` of a phone: who it is by what its vendor signed. */
export const identityOf = ({ udid }: Pick<EnrollingPhone, 'udid'>): string => `apple:${udid}`;

/** The devices that a phone is at the moment: one, or none. */
async function listInUse({ records }: Work, phone: Pick<EnrollingPhone, 'udid'>): Promise<readonly Device[]> {
  const rows = await records.transaction.findByIdentity({ key: identityOf(phone), serial: null });
  return rows.filter(({ model, state }) => model === PHONE && isInUse(state));
}

/**
 * Why a phone cannot become a device of a user: it is one of someone else, or an operator has suspended it, and then only an operator can
 * end that. A device of the user's own makes room for the new one.
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
 * Terminates the device of the user, who is locked, that a phone was before.
 *
 * Only what was judged is ended: a device of someone else that is committed in between is met when the new one is added.
 *
 * @returns why the phone cannot become another device; then nothing has changed
 */
export async function makeRoom(
  work: Work,
  user: User,
  phone: Pick<EnrollingPhone, 'udid'>,
): Promise<CardwrightError | undefined> {
  // An operator may end or suspend it before it is locked here, so it is looked at again.
  for (const { id } of await listInUse(work, phone)) await work.records.openDevice(id);
  const inUse = await listInUse(work, phone);
  const problem = obstacleAmong(inUse, user);
  if (problem) return problem;
  for (const { id } of inUse)
    (await work.records.openDevice(id))?.changeState('terminated', user.username, 'enrolled again');
  return undefined;
}
