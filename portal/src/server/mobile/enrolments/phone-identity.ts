import { isInUse, PHONE, type Device } from '@cardwright/cms';
import { CardwrightError } from '@cardwright/protocol';
import type { EnrollingPhone, User } from '../../store/schema.js';
import type { EnrolmentWork } from './enrolment-work.js';

/** `Device.identity` of a phone: who it is by what its vendor signed. */
export const identityOf = ({ udid }: Pick<EnrollingPhone, 'udid'>): string => `apple:${udid}`;

/** The devices that a phone is at the moment: one, or none. */
export async function listInUse(
  { records }: EnrolmentWork,
  phone: Pick<EnrollingPhone, 'udid'>,
): Promise<readonly Device[]> {
  const rows = await records.transaction.findByIdentity({ key: identityOf(phone), serial: null });
  return rows.filter(({ model, state }) => model === PHONE && isInUse(state));
}

/**
 * Why a phone cannot become a device of a user: it is one of someone else, or an operator has suspended it, and then only an operator can
 * end that. A device of the user's own makes room for the new one.
 */
export async function findInTheWay(
  work: EnrolmentWork,
  user: User,
  phone: Pick<EnrollingPhone, 'udid'>,
): Promise<CardwrightError | undefined> {
  const devices = await listInUse(work, phone);
  if (devices.some(({ ownerId }) => ownerId !== user.id)) return new CardwrightError('PHONE_OF_ANOTHER');
  if (devices.some(({ state }) => state === 'suspended'))
    return new CardwrightError('PHONE_REFUSED', { reason: 'An operator has suspended this mobile device.' });
  return undefined;
}
