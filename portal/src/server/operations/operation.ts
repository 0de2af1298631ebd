import { createHash } from 'node:crypto';
import {
  CardwrightError,
  type CommandOutcome,
  isCardwrightError,
  sessionIdOf,
  type OperationAnswer,
  signStep,
  type StartRequest,
} from '@cardwright/protocol';
import { record, type AuditEvent } from '../audit.js';
import { lockDevice, lockUser, noteInterruption } from '../devices/devices.js';
import { judge } from '../devices/eligibility.js';
import type { Language } from '../language.js';
import { spend } from '../quotas/quotas.js';
import { sentenceOf, wireErrorIn } from '../reasons.js';
import type { Database } from '../store/database.js';
import type { Operation, StoredAnswer, User } from '../store/schema.js';
import { issue } from './issue/issue.js';
import type { Next, NextStep, OperationContext, OperationKind } from './operation-kind.js';
import {
  cardHintOf,
  insertOperation,
  lockOperation,
  readOperation,
  takeOver,
  updateOperation,
} from './operation-rows.js';
import { Outcomes } from './outcomes.js';
import { phaseIn } from './phases.js';
import type { Services } from './services.js';

const KINDS: ReadonlyMap<string, OperationKind> = new Map([['issue', issue]]);

/** Who works on an operation, and the language in which the user reads why something was refused. */
export interface Requester {
  readonly user: User;
  readonly language: Language;
}

/**
 * Starts an operation, or resumes the one that was broken off on the same card: its older session is then told
 * `OPERATION_MOVED`.
 *
 * @throws CardwrightError `INVALID_PARAMS` where there is no such kind, `DEVICE_NOT_ELIGIBLE` with the reason, `RATE_LIMITED`
 */
export async function startOperation(
  services: Services,
  requester: Requester,
  request: StartRequest,
): Promise<OperationAnswer> {
  const { user, language } = requester;
  const kind = KINDS.get(request.kind);
  if (!kind) throw new CardwrightError('INVALID_PARAMS', { path: 'kind', problem: 'no such kind of operation' });
  // Outside the transaction: a start that fails counts too.
  await spend(services.store.db, user.id, 'operation', services.quotas.operationsPerHour);
  return services.store.db.transaction(async (db) => {
    await lockUser(db, user.id);
    const verdict = await judge(db, user, request.device, services.deviceLimit);
    if (verdict.action === null)
      throw new CardwrightError('DEVICE_NOT_ELIGIBLE', { reason: sentenceOf(verdict.reason, language) });
    const broken = await takeOver(db, user, request, verdict);
    const operation = broken
      ? await updateOperation(db, broken.id, {
          session: await sessionIdOf(request.host.key),
          ...(broken.deviceId === null ? { cardHint: cardHintOf(request.device) } : {}),
          lastAnswer: null,
          lastResultsHash: null,
        })
      : await insertOperation(db, user, request, verdict);
    await report(db, user, operation, broken ? 'operation.resumed' : 'operation.started');
    const context = await openContext(services, db, requester, operation);
    return settle(context, () => kind.begin(context, request, verdict), null);
  });
}

/**
 * Takes the results of a step and answers with the next one. The same results sent again get the same answer.
 *
 * @throws CardwrightError `OPERATION_NOT_FOUND`, `OPERATION_MOVED`, `INVALID_PARAMS` when they are not the step's results, or
 * `CA_UNAVAILABLE`: then the same results can be sent again later
 */
export async function continueOperation(
  services: Services,
  requester: Requester,
  id: string,
  step: number,
  outcomes: readonly CommandOutcome[],
): Promise<OperationAnswer> {
  const { user } = requester;
  const { db: store } = services.store;
  try {
    return await store.transaction(async (db) => {
      const operation = await lockOperation(db, user, id);
      const hash = createHash('sha256')
        .update(JSON.stringify([step, outcomes]))
        .digest('base64url');
      if (operation.lastAnswer && operation.lastResultsHash === hash) return inWords(requester, operation.lastAnswer);
      // Also where the session that went on with it has finished: this one learns that it was another.
      if (step !== operation.stepNumber) throw new CardwrightError('OPERATION_MOVED');
      if (operation.status !== 'running') throw new CardwrightError('OPERATION_NOT_FOUND');
      const context = await openContext(services, db, requester, operation);
      const read = new Outcomes(operation.stepMethods, outcomes);
      return settle(context, () => kindOf(operation).advance(context, read), hash);
    });
  } catch (error) {
    // That transaction is undone. What it was waiting for is kept in one of its own.
    if (isCardwrightError(error, 'CA_UNAVAILABLE')) await store.transaction((db) => reportWaiting(db, user, id, error));
    throw error;
  }
}

/**
 * Ends an operation at its user's wish. One that is over stays as it ended.
 *
 * @param session the id of the host's session that ends, where the page tells it
 * @throws CardwrightError `OPERATION_NOT_FOUND`, or `OPERATION_MOVED` when a later session goes on with it
 */
export function cancelOperation(
  services: Services,
  requester: Requester,
  id: string,
  session?: string,
): Promise<OperationAnswer> {
  return services.store.db.transaction(async (db) => {
    const operation = await lockOperation(db, requester.user, id);
    if (operation.status !== 'running' && operation.lastAnswer) return inWords(requester, operation.lastAnswer);
    if (session !== undefined && session !== operation.session) throw new CardwrightError('OPERATION_MOVED');
    const context = await openContext(services, db, requester, operation);
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
  const { db, operation, language } = context;
  const number = operation.stepNumber + (next.kind === 'step' ? 1 : 0);
  const current = await readOperation(db, operation.id);
  const device = current.deviceId === null ? undefined : await lockDevice(db, current.deviceId);
  if (device && next.kind !== 'end')
    await noteInterruption(db, device, next.kind === 'interrupted' ? next.error.code : null);
  const error = next.kind === 'step' ? null : next.error;
  const answer: StoredAnswer = {
    operation: operation.id,
    state: next.kind === 'end' ? next.status : 'running',
    phase: next.phase,
    progress: next.progress,
    step: next.kind === 'step' ? { number, jws: await sign(context, next, number) } : null,
    error: error && wireErrorIn(language, error),
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
  return inWords(context, answer);
}

const inWords = ({ language }: Pick<Requester, 'language'>, answer: StoredAnswer): OperationAnswer => ({
  ...answer,
  phase: phaseIn(language, answer.phase),
});

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
    card: step.card,
    session: operation.session,
    expires: Math.floor(Date.now() / 1000) + step.validFor,
    commands: [...step.commands],
  };
  return signStep(payload, keys.signingKey, keys.signingKeyId);
}

function kindOf({ kind }: Operation): OperationKind {
  const found = KINDS.get(kind);
  if (!found) throw new Error(`unknown kind of operation: ${kind}`);
  return found;
}

async function openContext(
  services: Services,
  db: Database,
  { user, language }: Requester,
  operation: Operation,
): Promise<OperationContext> {
  const device = operation.deviceId === null ? undefined : await lockDevice(db, operation.deviceId);
  return { ...services, db, user, language, operation, device };
}

const report = (db: Database, user: User, operation: Operation, event: AuditEvent): Promise<void> =>
  record(db, {
    actor: user.username,
    event,
    operationId: operation.id,
    deviceId: operation.deviceId,
    detail: { kind: operation.kind },
  });

async function reportWaiting(db: Database, user: User, id: string, { code }: CardwrightError): Promise<void> {
  const { deviceId } = await lockOperation(db, user, id);
  const device = deviceId === null ? undefined : await lockDevice(db, deviceId);
  if (device) await noteInterruption(db, device, code);
  await record(db, {
    actor: user.username,
    event: 'operation.interrupted',
    outcome: 'failed',
    operationId: id,
    deviceId,
    detail: { state: 'running', error: code },
  });
}

async function reportEnd(
  { db, user }: OperationContext,
  operation: Operation,
  { state, error }: StoredAnswer,
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
