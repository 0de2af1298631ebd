import { CardwrightError, validate } from '@cardwright/protocol';
import * as v from 'valibot';
import { isBeingReplaced } from '../devices/replacement.js';
import { incidentReason, isSuspendedByReport } from '../devices/reported.js';
import { isFresh } from '../operations/fresh-proof.js';
import { spend } from '../operations/quotas.js';
import type { Requester, Services } from '../operations/services.js';
import { INCIDENT_NAMES, incidentsAfter, INCIDENTS, type Incident } from '../rules/incident.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { Records } from '../store/records.js';
import type { Device, Person } from '../store/rows.js';
import { NO_SITUATION, ownerMay } from './owner-actions.js';

/** Maximum age in minutes of the proof of identity for what a report alone does not do. */
const FRESH = 5;

/** Reports that the owner of a device can make, and ways in which the owner can deal with one. */
export interface ReportActions {
  /** Incidents that the owner can report now. */
  readonly report: readonly Incident[];
  /** True if the owner can take the report back. */
  readonly takeBack: boolean;
  /** True if the owner can ask for a replacement. */
  readonly replace: boolean;
}

/**
 * Lists what the owner of a device can report about it now, and do about a report. Only the devices of the person decide if another device is
 * about to replace this one: then the report cannot be taken back.
 *
 * @example
 * const { report } = reportActions(device); // ['left-at-home', 'lost', 'damaged', 'stolen']
 */
export const reportActions = (device: Device): ReportActions => ({
  report: ownerMay('report', device, NO_SITUATION) ? incidentsAfter(device.incident) : [],
  takeBack: ownerMay('take-back', device, NO_SITUATION),
  replace: ownerMay('replace', device, NO_SITUATION),
});

const reportRequest = v.strictObject({ incident: v.picklist(INCIDENT_NAMES) });

/**
 * Suspends a device because its owner reports an incident. If an operator has suspended the device before, only notes the incident. Needs no
 * fresh proof: a report that comes too late costs more than a false one. For the same reason no quota refuses a report that suspends a device, or that
 * cannot be taken back. What counts is the change between reports that can be taken back, which could go on without end.
 *
 * @param request the body of the page's request: `{ incident }`
 * @throws CardwrightError `DEVICE_STATE` if the device is not this person's, or if this incident cannot be reported now; `INVALID_PARAMS`;
 *   `RATE_LIMITED`
 */
export async function report(
  { quotas }: Pick<Services, 'quotas'>,
  records: Records,
  person: Person,
  id: string,
  request: unknown,
): Promise<void> {
  const { incident } = validate(reportRequest, request);
  const device = await openOwn(records, person, id);
  const { state, incident: before } = device.row;
  if (!reportActions(device.row).report.includes(incident)) throw new CardwrightError('DEVICE_STATE', { state });
  if (before !== null && INCIDENTS[incident].canTakeBack)
    await spend(records.transaction, person, 'report', quotas.reportsPerHour);
  const isByOperator = state === 'suspended' && !isSuspendedByReport(device.row);
  const { canReplace, removesPasskeys } = INCIDENTS[incident];
  device.change({ incident, ...(canReplace ? {} : { replacementAskedAt: null }) });
  records.record({ actor: person.username, event: 'device.reported', deviceId: id, detail: { incident, before } });
  if (state !== 'suspended') device.changeState('suspended', person.username, incidentReason(incident));
  else if (!isByOperator) device.change({ stateReason: incidentReason(incident) });
  if (removesPasskeys) device.dropPasskeys();
}

/**
 * Takes a report back: the device returns to the state that it had before.
 *
 * @throws CardwrightError `DEVICE_STATE` if the device is not this person's, if its report cannot be taken back, or if another device is about to
 * replace it; `LOGIN_REQUIRED` without a fresh proof of the person's identity; `RATE_LIMITED`
 */
export async function takeBack(
  { quotas }: Pick<Services, 'quotas'>,
  records: Records,
  requester: Requester,
  id: string,
): Promise<void> {
  const { person } = requester;
  const device = await openOwn(records, person, id);
  const { state, stateBeforeSuspension: to, incident } = device.row;
  const related = await records.transaction.listReplacements(person.id);
  if (!ownerMay('take-back', device.row, NO_SITUATION) || to === null || isBeingReplaced(id, related))
    throw new CardwrightError('DEVICE_STATE', { state });
  requireFresh(records, requester, device);
  await spend(records.transaction, person, 'report', quotas.reportsPerHour);
  device.changeState(to, person.username, 'report taken back by its owner');
  records.record({ actor: person.username, event: 'device.report-taken-back', deviceId: id, detail: { incident } });
}

/**
 * Lets the person's next device replace a reported one. It may exceed the limit of devices by one, and ends the reported device once it is active.
 *
 * @throws CardwrightError `DEVICE_STATE` if the device is not this person's, or cannot be replaced; `LOGIN_REQUIRED` without a fresh proof
 */
export async function askForReplacement(records: Records, requester: Requester, id: string): Promise<void> {
  const { person } = requester;
  const device = await openOwn(records, person, id);
  const { state, incident, replacementAskedAt } = device.row;
  if (!ownerMay('replace', device.row, NO_SITUATION)) throw new CardwrightError('DEVICE_STATE', { state });
  requireFresh(records, requester, device);
  if (replacementAskedAt !== null) return;
  device.change({ replacementAskedAt: records.now });
  records.record({ actor: person.username, event: 'device.replacement-asked', deviceId: id, detail: { incident } });
}

/** Opens a device of this person, and locks the person first. The answer does not tell someone else's device from none. */
async function openOwn(records: Records, person: Person, id: string): Promise<DeviceRecord> {
  const { transaction } = records;
  await transaction.lockPerson(person.id);
  const isOwn = (await transaction.ownerOf(id)) === person.id;
  const device = isOwn ? await records.openDevice(id) : undefined;
  if (!device) throw new CardwrightError('DEVICE_STATE', { state: 'unknown' });
  return device;
}

function requireFresh({ now }: Records, { proof }: Requester, { row }: DeviceRecord): void {
  if (!isFresh(proof, FRESH, [row], now)) throw new CardwrightError('LOGIN_REQUIRED', { fresh: true });
}
