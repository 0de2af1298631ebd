import { CardwrightError } from '@cardwright/protocol';
import { findWork } from '../devices/waiting-work.js';
import type { OperationContext } from './context.js';

/**
 * Notes that an operation does the work of its kind that waits for its device. The owner's own start does it too, so that nobody is asked twice.
 *
 * @param named id of the work that the owner has started; undefined if the owner started the operation without being asked
 * @throws CardwrightError `WORK_OVER` if the named work no longer waits, or waits for another device or another kind of operation
 */
export function beginWork({ operation, device, records }: OperationContext, named: string | undefined): void {
  const work = device && findWork(device, operation.kind, records.now);
  if (named !== undefined && work?.id !== named) throw new CardwrightError('WORK_OVER');
  if (work) device.putWork({ ...work, operationId: operation.id });
}

/** Notes that an operation has done the work that it began. Work that was taken back or has expired since keeps its outcome. */
export function completeWork({ operation, device, person }: OperationContext): void {
  const work = device?.work.find(({ operationId }) => operationId === operation.id);
  if (work) device?.endWork(work, 'done', person.username);
}
