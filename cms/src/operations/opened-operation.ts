import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { CardwrightError } from '@cardwright/protocol';
import type { StartRequest } from '@cardwright/protocol/cms';
import { cardHintOf } from '../devices/card-hint.js';
import { ownGuidOf } from '../devices/own-guid.js';
import type { Device, Operation, Person } from '../store/rows.js';
import type { Transaction } from '../store/store.js';
import type { OperationContext } from './context.js';
import type { OperationDefinition, Step } from './definition.js';
import type { Requester } from './services.js';

/**
 * Makes an operation that has no session yet.
 *
 * @param known the device's row, if the operation works on a known device
 * @param latest the latest row of the card, also of one that was released
 */
export const newOperation = (
  person: Person,
  { kind, device }: StartRequest,
  { known, latest }: { readonly known: Device | undefined; readonly latest: Device | undefined },
  now: Date,
): Operation => ({
  id: randomUUID(),
  kind,
  userId: person.id,
  deviceId: known?.id ?? null,
  cardHint: known ? null : cardHintOf(device),
  guid: known?.guid ?? ownGuidOf(device, person, latest) ?? randomUUID(),
  status: 'running',
  stepNumber: 0,
  session: '',
  state: {},
  stepMethods: [],
  lastAnswer: null,
  lastResultsHash: null,
  createdAt: now,
  updatedAt: now,
});

/**
 * Opens an operation of the requester. Person and operation stay locked until the transaction ends.
 *
 * @throws CardwrightError `OPERATION_NOT_FOUND` if no operation has this id, or if the operation is another person's
 */
export async function lockOperation(transaction: Transaction, { person }: Requester, id: string): Promise<Operation> {
  const operation = await transaction.openOperation(person.id, id);
  if (!operation) throw new CardwrightError('OPERATION_NOT_FOUND');
  return operation;
}

/**
 * Finds the step whose results are awaited.
 *
 * @throws CardwrightError `OPERATION_MOVED` if no step awaits results, or if the step now has other commands, because another version of the program
 * sent it. The operation must then continue in a new session.
 */
export function stepThatIsOut(context: OperationContext, { steps }: OperationDefinition): Step {
  const step = steps.find(({ name }) => name === context.step);
  const methods = step?.calls(context).map(({ method }) => method);
  if (!step || !isDeepStrictEqual(methods, context.operation.stepMethods)) throw new CardwrightError('OPERATION_MOVED');
  return step;
}
