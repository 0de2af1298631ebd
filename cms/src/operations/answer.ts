import type { OperationAnswer } from '@cardwright/protocol/cms';
import { signStep } from '@cardwright/protocol/steps';
import { usesOf } from '../devices/device-uses.js';
import { sayIn } from '../words/language.js';
import { loggedReason, wireErrorIn } from '../words/reasons.js';
import type { KeptAnswer } from '../store/rows.js';
import type { OperationContext } from './context.js';
import { FINISHED, type OperationDefinition } from './definition.js';
import type { Next } from './next.js';

/** Seconds within which a host must begin a step. */
const VALID_FOR = 300;
const COMPLETE = 100;

/**
 * Makes the answer that tells what follows: the next step, the end of the session, or the end of the operation. The answer has the form that the
 * operation's row stores. Its step is signed for one session and one card.
 */
export async function makeAnswer(context: OperationContext, next: Next): Promise<KeptAnswer> {
  const { operation, device, language } = context;
  const isOver = next.kind === 'end';
  return {
    operation: operation.id,
    state: isOver ? next.status : 'running',
    phase: isOver ? FINISHED.name : next.step.phase.name,
    progress: isOver ? COMPLETE : next.step.progress,
    step: next.kind === 'step' ? await sign(context, next) : null,
    error: next.kind === 'step' || !next.error ? null : wireErrorIn(language, next.error),
    deviceState: device?.row.state ?? null,
    ...(isOver && next.status === 'done' && device ? { uses: usesOf(device.certificates) } : {}),
  };
}

/** Makes the answer for the page from a stored answer, with the words of its phase in a language. */
export function inWords({ steps }: OperationDefinition, language: string, kept: KeptAnswer): OperationAnswer {
  const { words } = steps.find(({ phase }) => phase.name === kept.phase)?.phase ?? FINISHED;
  return { ...kept, phase: { name: kept.phase, text: sayIn(language, words) } };
}

async function sign(context: OperationContext, { commands }: Extract<Next, { kind: 'step' }>) {
  const { operation, info, services } = context;
  const { model, serial, guid, certificates } = info;
  const { signingKey, signingKeyId } = services.store.keys;
  const number = operation.stepNumber + 1;
  const payload = {
    origin: services.origin,
    operation: operation.id,
    number,
    device: info.id,
    card: { model, serial, guid, certificates },
    session: operation.session,
    expires: Math.floor(services.now().getTime() / 1000) + VALID_FOR,
    commands: [...commands],
  };
  return { number, jws: await signStep(payload, signingKey, signingKeyId) };
}

/**
 * Logs in the operation's timeline what follows: the next step, the end of the session alone (`rest`), or the end of the operation. Both kinds
 * of end go into the audit log too.
 */
export function reportNext(context: OperationContext, next: Next): void {
  if (next.kind === 'step') {
    const { stepNumber: number, stepMethods: methods } = context.operation;
    // Timed now, because the authority may have taken some time since the transaction began.
    context.note({ kind: 'step-sent', step: next.step.name, number, methods }, context.services.now());
    return;
  }
  const error = next.error?.code ?? null;
  if (next.kind === 'rest') context.note({ kind: 'rested', step: next.step.name, error: next.error.code });
  else context.note({ kind: 'ended', state: next.status, error });
  const state = next.kind === 'end' ? next.status : 'running';
  const event =
    next.kind === 'rest'
      ? 'operation.interrupted'
      : next.status === 'cancelled'
        ? 'operation.cancelled'
        : 'operation.finished';
  const reason = next.error && loggedReason(next.error);
  context.report(event, { state, error, ...(reason !== null && { reason }) }, next.error ? 'failed' : 'ok');
}
