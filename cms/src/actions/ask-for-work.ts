import { randomUUID } from 'node:crypto';
import { CardwrightError } from '@cardwright/protocol';
import { endExpired } from '../devices/waiting-work.js';
import { WORK_KINDS, type WorkKind } from '../rules/work-kinds.js';
import type { DeviceRecord } from '../store/device-record.js';
import type { Records } from '../store/records.js';
import type { Person } from '../store/rows.js';

const DAY = 24 * 60 * 60 * 1000;
/** Days for which work waits if the operator names no other number. */
const USUAL_DAYS = 30;

/**
 * Asks the owner of a device for an operation. The device stays as it is: only its owner can start the operation. The caller has checked that no
 * work of this kind waits.
 */
export function askForWork(
  records: Records,
  operator: Person,
  device: DeviceRecord,
  kind: WorkKind,
  {
    reason = null,
    days = USUAL_DAYS,
  }: { readonly reason?: string | null | undefined; readonly days?: number | undefined },
): void {
  const { now: askedAt } = records;
  const { id: deviceId } = device.row;
  // The store keeps one work of a kind that has no outcome.
  endExpired(device, askedAt);
  const id = randomUUID();
  const expiresAt = new Date(askedAt.getTime() + days * DAY);
  device.putWork({
    id,
    deviceId,
    kind,
    askedById: operator.id,
    askedBy: operator.username,
    reason,
    askedAt,
    expiresAt,
    operationId: null,
    outcome: null,
    endedAt: null,
  });
  const detail = { work: id, kind, reason, until: expiresAt.toISOString() };
  records.record({ actor: operator.username, event: 'work.asked', deviceId, detail });
  device.tell(WORK_KINDS[kind].notice, reason);
}

/**
 * Takes back work that waits. An operation that its owner has started already continues, because a card that was half written is worse than one that
 * was written without need.
 *
 * @returns true if an operation runs that its owner has started for it
 * @throws CardwrightError `WORK_OVER` if the device has no such work, or the work no longer waits; `FORBIDDEN` if another operator asked
 */
export async function takeBackWork(
  records: Records,
  operator: Person,
  deviceId: string,
  id: string,
): Promise<{ readonly isRunning: boolean }> {
  const device = await records.openDevice(deviceId);
  if (device) endExpired(device, records.now);
  const work = device?.work.find((one) => one.id === id);
  if (!device || !work) throw new CardwrightError('WORK_OVER');
  if (work.askedById !== operator.id) throw new CardwrightError('FORBIDDEN');
  const running = await records.transaction.runningOn(deviceId);
  device.endWork(work, 'taken-back', operator.username);
  return { isRunning: running.some((operation) => operation.id === work.operationId) };
}
