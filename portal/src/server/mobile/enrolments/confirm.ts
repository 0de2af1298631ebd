import { randomUUID } from 'node:crypto';
import { NO_INCIDENT, NO_UNLOCK_CODE, PHONE } from '@cardwright/cms/devices';
import type { DeviceRecord } from '@cardwright/cms/store';
import { CardwrightError } from '@cardwright/protocol';
import type { EnrolmentStatus } from '@cardwright/protocol/mobile';
import { listPhonesOf, type EnrolmentKey } from '../../store/mobile-rows.js';
import type { EnrollingPhone, User } from '../../store/schema.js';
import type { Enrolment } from './enrolment.js';
import type { EnrolmentServices } from './enrolment-services.js';
import { statusOf } from './enrolment-status.js';
import { inEnrolmentWork, Refusal, type EnrolmentWork } from './enrolment-work.js';
import { identityOf, makeRoom } from './phone-identity.js';
import { requirePlace } from './start.js';

/**
 * Records that the user has recognised the phone that answered. The phone becomes a device and gets certificates. If the phone already is a device of
 * this user, the earlier device is terminated, because the new profile replaces the old one on the phone.
 *
 * @param serial serial number that the page showed to the user
 * @throws CardwrightError `ENROLMENT_NOT_FOUND` if no phone waits for the confirmation, or if the waiting phone has another serial number;
 *   `DEVICE_LIMIT`; or `PHONE_OF_ANOTHER` or `PHONE_REFUSED`, which fails the enrolment, if the phone has become unavailable since it answered
 */
export function confirmPhone(services: EnrolmentServices, key: EnrolmentKey, serial: string): Promise<EnrolmentStatus> {
  const { settings, deviceLimit } = services;
  return inEnrolmentWork(services, async (work) => {
    const enrolment = await work.open(key);
    const { phone, confirmedAt } = enrolment.row;
    if (phone?.serial !== serial) return new Refusal(new CardwrightError('ENROLMENT_NOT_FOUND'));
    // A repeated request changes nothing.
    if (confirmedAt !== null) return statusOf(toFile(enrolment), settings);
    if (enrolment.state !== 'to-confirm') return new Refusal(new CardwrightError('ENROLMENT_NOT_FOUND'));
    const { user } = enrolment;
    const problem = await replaceDevice(work, enrolment, phone, deviceLimit);
    if (problem) {
      enrolment.fail(problem);
      return new Refusal(problem);
    }
    enrolment.enter('enrolling', { confirmedAt: work.now });
    enrolment.report('mobile.phone-confirmed', user.username, { model: phone.model, serial });
    return statusOf(toFile(enrolment), settings);
  });
}

const toFile = ({ row: enrolment, requests }: Enrolment) => ({ enrolment, requests });

/**
 * Adds the phone as a device in place of the user's earlier device of the same phone.
 *
 * @returns the error if the phone was not added, because it now is another user's device, or an operator has suspended it; undefined if the phone was
 *   added
 * @throws CardwrightError `DEVICE_LIMIT`
 */
async function replaceDevice(
  work: EnrolmentWork,
  enrolment: Enrolment,
  phone: EnrollingPhone,
  limit: number,
): Promise<CardwrightError | undefined> {
  const { user } = enrolment;
  const own = await listPhonesOf(work.connection, user.id, phone.serial);
  const problem = await work.before((earlier) => makeRoom(earlier, user, phone, own));
  if (problem) return problem;
  await requirePlace(work, user, limit);
  const device = await addDevice(work, user, phone);
  if (!device) return new CardwrightError('PHONE_OF_ANOTHER');
  enrolment.attach(device);
  return undefined;
}

async function addDevice(
  { records }: EnrolmentWork,
  user: User,
  phone: EnrollingPhone,
): Promise<DeviceRecord | undefined> {
  const device = await records.addDevice({
    id: randomUUID(),
    ownerId: user.id,
    model: PHONE,
    modelName: phone.model,
    name: null,
    serial: phone.serial,
    identity: identityOf(phone),
    guid: randomUUID(),
    firmware: phone.version,
    state: 'producing',
    stateBeforeSuspension: null,
    stateReason: null,
    // Apple certified the key that signed the phone's answer, but nothing proves that the keys of the new certificates cannot leave the phone.
    proof: 'not-proved',
    managementKey: 'own',
    resettable: false,
    hasInitialPin: false,
    sharesPin: false,
    pinRules: null,
    pukApprovedAt: null,
    pukApprovedBy: null,
    ...NO_UNLOCK_CODE,
    ...NO_INCIDENT,
    stagedKey: null,
    createdAt: records.now,
    updatedAt: records.now,
    issuedAt: null,
    activatedAt: null,
  });
  if (!device) return undefined;
  const detail = { from: 'available', to: 'producing', reason: null };
  records.record({ actor: user.username, event: 'device.state-changed', deviceId: device.row.id, detail });
  return device;
}
