import { isInUse, PHONE } from '@cardwright/cms/devices';
import { CardwrightError } from '@cardwright/protocol';
import type { EnrolmentStatus } from '@cardwright/protocol/mobile';
import { listOpenEnrolmentsOf, listOverdueEnrolments, type EnrolmentKey } from '../../store/mobile-rows.js';
import type { User } from '../../store/schema.js';
import { isDeletable } from '../deletion.js';
import type { EnrolmentServices } from './enrolment-services.js';
import { isFinal } from './enrolment-state.js';
import { statusOf } from './enrolment-status.js';
import { inEnrolmentWork } from './enrolment-work.js';
import { isUuid } from './uuid.js';

/** Cancels an enrolment for its user. Does not change an ended enrolment, or that of a phone that has everything: `deleteDevice` ends its device. */
export const cancelEnrolment = (services: EnrolmentServices, user: User, key: EnrolmentKey): Promise<EnrolmentStatus> =>
  inEnrolmentWork(services, async (work) => {
    const enrolment = await work.open(key);
    if (!isFinal(enrolment.state) && enrolment.state !== 'sent') enrolment.cancel(user.username, 'by its user');
    return statusOf({ enrolment: enrolment.row, requests: enrolment.requests }, services.settings);
  });

/**
 * Terminates a mobile device of a user and revokes its certificates. If an enrolment of the device is still open, cancels the enrolment.
 *
 * @throws CardwrightError `DEVICE_STATE` if the user has no mobile device in use with this id, or an operator has suspended the device
 */
export async function deleteDevice(services: EnrolmentServices, user: User, deviceId: string): Promise<void> {
  if (!isUuid(deviceId)) throw new CardwrightError('DEVICE_STATE', { state: 'unknown' });
  await inEnrolmentWork(services, async (work) => {
    const { records } = work;
    await records.transaction.lockPerson(user.id);
    const isOwn = (await records.transaction.ownerOf(deviceId)) === user.id;
    const device = isOwn ? await records.openDevice(deviceId) : undefined;
    if (device?.row.model !== PHONE) throw new CardwrightError('DEVICE_STATE', { state: 'unknown' });
    if (!isDeletable(device.row)) throw new CardwrightError('DEVICE_STATE', { state: device.row.state });
    records.record({ actor: user.username, event: 'mobile.deleted', deviceId });
    for (const key of await listOpenEnrolmentsOf(work.connection, deviceId)) {
      const enrolment = await work.open(key);
      if (!isFinal(enrolment.state)) enrolment.cancel(user.username, 'its device was deleted');
    }
    if (isInUse(device.row.state)) device.changeState('terminated', user.username, 'deleted by its owner');
  });
}

/** Maximum number of enrolments that one call ends. Each is ended in its own transaction. */
const ENDED_AT_ONCE = 500;

/** Ends at most `ENDED_AT_ONCE` enrolments whose time is over, the longest overdue first. */
export async function endOverdue(services: EnrolmentServices): Promise<void> {
  for (const key of await listOverdueEnrolments(services.database.db, services.now(), ENDED_AT_ONCE))
    await inEnrolmentWork(services, (work) => work.open(key));
}
