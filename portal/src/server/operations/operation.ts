import { createHash, randomUUID } from 'node:crypto';
import {
  CardwrightError,
  type CommandOutcome,
  isCardwrightError,
  type OperationAnswer,
  signStep,
  type StartRequest,
} from '@cardwright/protocol';
import { and, eq, or } from 'drizzle-orm';
import { record, type AuditEvent } from '../audit.js';
import { lockDevice } from '../devices/devices.js';
import { judge, type Verdict } from '../devices/eligibility.js';
import type { Database } from '../store/database.js';
import { operations, type Operation, type User } from '../store/schema.js';
import { issue } from './issue/issue.js';
import type { Next, NextStep, OperationContext, OperationKind } from './operation-kind.js';
import { Outcomes } from './outcomes.js';
import type { Services } from './services.js';

const KINDS: Readonly<Record<StartRequest['kind'], OperationKind>> = { issue };

/**
 * Starts an operation, or resumes the one that was broken off on the same card: its older session is then told
 * `OPERATION_MOVED`.
 *
 * @throws CardwrightError `DEVICE_NOT_ELIGIBLE` with the reason
 */
export function startOperation(services: Services, user: User, request: StartRequest): Promise<OperationAnswer> {
  return services.store.db.transaction(async (db) => {
    const verdict = await judge(db, user, request.device, services.deviceLimit);
    if (verdict.action === null || !verdict.policy)
      throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: verdict.reason ?? '' });
    const broken = await findBrokenOff(db, user, request, verdict);
    const operation = broken
      ? await updateOperation(db, broken.id, {
          sessionNonce: request.host.nonce,
          lastAnswer: null,
          lastResultsHash: null,
        })
      : await insertOperation(db, user, request, verdict);
    await report(db, user, operation, broken ? 'operation.resumed' : 'operation.started');
    const context = await openContext(services, db, user, operation);
    return settle(context, () => KINDS[request.kind].begin(context, request, verdict.policy ?? unreachable()), null);
  });
}

/**
 * Takes the results of a step and answers with the next one. The same results sent again get the same answer.
 *
 * @throws CardwrightError `OPERATION_NOT_FOUND`, `OPERATION_MOVED`, or `INVALID_PARAMS` when they are not the step's results
 */
export function continueOperation(
  services: Services,
  user: User,
  id: string,
  step: number,
  outcomes: readonly CommandOutcome[],
): Promise<OperationAnswer> {
  return services.store.db.transaction(async (db) => {
    const operation = await lockOperation(db, user, id);
    const hash = createHash('sha256')
      .update(JSON.stringify([step, outcomes]))
      .digest('base64url');
    if (operation.lastAnswer && operation.lastResultsHash === hash) return operation.lastAnswer;
    if (operation.status !== 'running') throw new CardwrightError('OPERATION_NOT_FOUND');
    if (step !== operation.stepNumber) throw new CardwrightError('OPERATION_MOVED');
    const context = await openContext(services, db, user, operation);
    const read = new Outcomes(operation.stepMethods, outcomes);
    return settle(context, () => kindOf(operation).advance(context, read), hash);
  });
}

/** Ends an operation at its user's wish. One that is over stays as it ended. */
export function cancelOperation(services: Services, user: User, id: string): Promise<OperationAnswer> {
  return services.store.db.transaction(async (db) => {
    const operation = await lockOperation(db, user, id);
    if (operation.status !== 'running' && operation.lastAnswer) return operation.lastAnswer;
    const context = await openContext(services, db, user, operation);
    return settle(context, () => kindOf(operation).abandon(context, null), null);
  });
}

/** Runs one decision of an operation and stores what follows from it. */
async function settle(
  context: OperationContext,
  decide: () => Promise<Next>,
  resultsHash: string | null,
): Promise<OperationAnswer> {
  const next = await decide().catch((error: unknown) => {
    if (!isCardwrightError(error) || LEAVES_OPERATION.has(error.code)) throw error;
    return kindOf(context.operation).abandon(context, error);
  });
  const { db, operation } = context;
  const number = operation.stepNumber + (next.kind === 'step' ? 1 : 0);
  const current = await lockOperation(db, context.user, operation.id);
  const device = current.deviceId === null ? undefined : await lockDevice(db, current.deviceId);
  const answer: OperationAnswer = {
    operation: operation.id,
    state: next.kind === 'end' ? next.status : 'running',
    phase: next.phase,
    progress: next.progress,
    step: next.kind === 'step' ? { number, jws: await sign(context, next, number) } : null,
    error: next.kind === 'step' ? null : (next.error?.toWire() ?? null),
    deviceState: device?.state ?? null,
  };
  await updateOperation(db, operation.id, {
    status: answer.state,
    stepNumber: number,
    lastAnswer: answer,
    lastResultsHash: resultsHash,
    ...(next.kind === 'step' ? { state: next.state, stepMethods: next.commands.map(({ method }) => method) } : {}),
  });
  if (next.kind !== 'step') await reportEnd(context, current, answer);
  return answer;
}

/**
 * Errors after which the operation stands as it was: the request was wrong, or the same results can be sent again later.
 * Thrown, they undo the transaction.
 */
const LEAVES_OPERATION: ReadonlySet<string> = new Set(['INVALID_PARAMS', 'CA_UNAVAILABLE', 'INTERNAL']);

function sign({ keys, origin, operation }: OperationContext, step: NextStep, number: number): Promise<string> {
  const payload = {
    origin,
    operation: operation.id,
    number,
    device: step.device,
    session: operation.sessionNonce,
    expires: Math.floor(Date.now() / 1000) + step.validFor,
    commands: [...step.commands],
  };
  return signStep(payload, keys.signingKey, keys.signingKeyId);
}

function kindOf({ kind }: Operation): OperationKind {
  if (kind !== 'issue') throw new Error(`unknown kind of operation: ${kind}`);
  return KINDS[kind];
}

async function openContext(
  services: Services,
  db: Database,
  user: User,
  operation: Operation,
): Promise<OperationContext> {
  const device = operation.deviceId === null ? undefined : await lockDevice(db, operation.deviceId);
  return { ...services, db, user, operation, device };
}

/** The user's running operation on this card: by its device row, else by what the card showed or was given. */
async function findBrokenOff(
  db: Database,
  user: User,
  { kind, device }: StartRequest,
  { device: known }: Verdict,
): Promise<Operation | undefined> {
  const sameCard = [
    ...(known ? [eq(operations.deviceId, known.id)] : []),
    ...(device.serial === null ? [] : [eq(operations.cardSerial, `${device.model} ${device.serial}`)]),
    ...(device.guid === null ? [] : [eq(operations.guid, device.guid)]),
  ];
  // A blank card without a serial can not be told from another: it begins anew.
  if (sameCard.length === 0) return undefined;
  const [row] = await db
    .select()
    .from(operations)
    .where(
      and(eq(operations.userId, user.id), eq(operations.kind, kind), eq(operations.status, 'running'), or(...sameCard)),
    )
    .orderBy(operations.createdAt)
    .for('update');
  return row;
}

async function insertOperation(
  db: Database,
  user: User,
  { kind, device, host }: StartRequest,
  { device: known }: Verdict,
): Promise<Operation> {
  const [row] = await db
    .insert(operations)
    .values({
      id: randomUUID(),
      kind,
      userId: user.id,
      deviceId: known?.id ?? null,
      cardSerial: device.serial === null ? null : `${device.model} ${device.serial}`,
      guid: known?.guid ?? randomUUID(),
      status: 'running',
      stepNumber: 0,
      stepMethods: [],
      sessionNonce: host.nonce,
      state: {},
    })
    .returning();
  return row ?? unreachable();
}

async function lockOperation(db: Database, user: User, id: string): Promise<Operation> {
  const [row] = await db
    .select()
    .from(operations)
    .where(and(eq(operations.id, id), eq(operations.userId, user.id)))
    .for('update');
  if (!row) throw new CardwrightError('OPERATION_NOT_FOUND');
  return row;
}

async function updateOperation(
  db: Database,
  id: string,
  values: Partial<typeof operations.$inferInsert>,
): Promise<Operation> {
  const [row] = await db
    .update(operations)
    .set({ ...values, updatedAt: new Date() })
    .where(eq(operations.id, id))
    .returning();
  return row ?? unreachable();
}

const report = (db: Database, user: User, operation: Operation, event: AuditEvent): Promise<void> =>
  record(db, {
    actor: user.username,
    event,
    operationId: operation.id,
    deviceId: operation.deviceId,
    detail: { kind: operation.kind },
  });

async function reportEnd(
  { db, user }: OperationContext,
  operation: Operation,
  { state, error }: OperationAnswer,
): Promise<void> {
  const event =
    state === 'running'
      ? 'operation.interrupted'
      : state === 'cancelled'
        ? 'operation.cancelled'
        : 'operation.finished';
  await record(db, {
    actor: user.username,
    event,
    outcome: error ? 'failed' : 'ok',
    operationId: operation.id,
    deviceId: operation.deviceId,
    detail: { state, error: error?.data.name ?? null },
  });
}

function unreachable(): never {
  throw new Error('a row that was just written is missing');
}
