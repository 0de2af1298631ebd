import type { StartRequest } from '@cardwright/protocol/cms';
import type { DeviceInfo } from '@cardwright/protocol/devices';
import { appearanceOf } from '../devices/card-hint.js';
import type { Records } from '../store/records.js';
import type { Device, Operation, Person } from '../store/rows.js';

/**
 * Returns the running operation of the same kind that a start resumes: the operation on the card's device row; if there is none, an operation with
 * the card's GUID; if there is none, an operation with the card's hint. Ends every other running operation of the person on the card, whatever its
 * kind. If the card shows neither a serial number nor a GUID, it may be another card than the card of the operations. In this case ends all the
 * operations, and returns undefined.
 */
export function takeOver(
  records: Records,
  person: Person,
  running: readonly Operation[],
  { kind, device }: StartRequest,
  known: Device | undefined,
): Operation | undefined {
  const isRecognised = device.serial !== null || device.guid !== null;
  const rank = ({ deviceId, guid }: Operation): number => (known?.id === deviceId ? 0 : guid === device.guid ? 1 : 2);
  const [taken] = running
    .filter(
      (operation) => isRecognised && operation.kind === kind && (operation.deviceId === null || rank(operation) === 0),
    )
    .sort((a, b) => rank(a) - rank(b));
  for (const operation of running) if (operation !== taken) supersede(records, person, operation);
  return taken;
}

/**
 * Ends the operations that run on a device. The caller has locked the device's owner. A session that sends results of such an operation gets
 * `OPERATION_MOVED`.
 */
export async function endOperations(records: Records, by: Person, deviceId: string): Promise<void> {
  for (const operation of await records.transaction.runningOn(deviceId)) supersede(records, by, operation);
}

/**
 * Ends other people's running operations on a released device, because another person, who now has the card, begins an operation. Each operation
 * is locked before the device, as in the requests of the operation itself.
 */
export async function endOperationsOfOthers(records: Records, person: Person, deviceId: string): Promise<void> {
  const { transaction } = records;
  for (const { id, userId } of await transaction.runningOn(deviceId)) {
    if (userId === person.id) continue;
    // The operation is read again under its lock, because it may have ended or changed its device meanwhile.
    const operation = await transaction.openOperation(userId, id);
    if (operation?.status === 'running' && operation.deviceId === deviceId) supersede(records, person, operation);
  }
}

/** Ends the person's running operations that have the hint of this card, except the operation `id`, which now has the card. */
export async function claimCardHint(records: Records, person: Person, id: string, info: DeviceInfo): Promise<void> {
  const card = appearanceOf(info);
  const { cards } = await records.transaction.survey(person.id, [card]);
  for (const operation of cards[0]?.running ?? [])
    if (operation.id !== id && operation.cardHint === card.cardHint) supersede(records, person, operation);
}

/**
 * Ends an operation because another operation has its card, or because its device was released. A session that sends results of the ended
 * operation gets `OPERATION_MOVED`.
 */
function supersede(records: Records, by: Person, operation: Operation): void {
  const { id: operationId, deviceId, stepNumber, kind } = operation;
  records.putOperation({
    ...operation,
    status: 'cancelled',
    stepNumber: stepNumber + 1,
    lastAnswer: null,
    lastResultsHash: null,
  });
  records.record({
    actor: by.username,
    event: 'operation.cancelled',
    operationId,
    deviceId,
    detail: { kind, state: 'cancelled', error: 'OPERATION_MOVED' },
  });
  const { now: at } = records;
  records.recordEvent({ operationId, deviceId, actor: by.username, address: null, at, what: { kind: 'moved' } });
}
