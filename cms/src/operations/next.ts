import {
  isCardwrightError,
  type CardwrightError,
  type CommandOutcome,
  type ErrorCode,
  type StepCommand,
} from '@cardwright/protocol';
import type { OperationContext } from './context.js';
import type { Consequence, OperationDefinition, Step } from './definition.js';
import { readResults } from './paired-results.js';

/** What follows from a decision of an operation. */
export type Next =
  | { readonly kind: 'step'; readonly step: Step; readonly commands: readonly StepCommand[] }
  /** The session cannot continue, but the operation can: with the same card, in this session or a new one. */
  | { readonly kind: 'rest'; readonly step: Step; readonly error: CardwrightError }
  | { readonly kind: 'end'; readonly status: 'done' | 'failed' | 'cancelled'; readonly error: CardwrightError | null };

/**
 * The first step that is needed, with its commands; the end where none is.
 *
 * @param finished the step that was carried out just now
 */
export async function findNext(
  context: OperationContext,
  { kind, steps, settle }: OperationDefinition,
  finished?: Step,
): Promise<Next> {
  const step = steps.find((one) => one.needed(context));
  if (!step) {
    await settle.done(context);
    return { kind: 'end', status: 'done', error: null };
  }
  if (step === finished) throw new Error(`${kind}: the step ${step.name} is still needed after it was carried out`);
  const missing = await step.waitsFor?.(context);
  if (missing) return { kind: 'rest', step, error: missing };
  await step.prepare?.(context);
  const commands: StepCommand[] = [];
  for (const call of step.calls(context)) commands.push({ method: call.method, params: await call.params() });
  return { kind: 'step', step, commands };
}

/** Reads the results of a step, and decides what follows. */
export async function advance(
  context: OperationContext,
  definition: OperationDefinition,
  step: Step,
  outcomes: readonly CommandOutcome[],
): Promise<Next> {
  const broken = await readResults(step.calls(context), outcomes);
  if (!broken) return findNext(context, definition, step);
  const { error } = broken;
  switch (broken.consequence ?? (await judge(context, step, error))) {
    case 'continue':
      return findNext(context, definition);
    case 'interrupt':
      return { kind: 'rest', step, error };
    case 'finish':
      return { kind: 'end', status: 'done', error };
    case 'cancel':
      return { kind: 'end', status: 'cancelled', error };
    case 'fail':
      throw error;
  }
}

async function judge(context: OperationContext, { errors = {} }: Step, error: CardwrightError): Promise<Consequence> {
  const verdict = errors[error.code];
  if (verdict !== undefined) return typeof verdict === 'string' ? verdict : verdict(context, error);
  return error.resumable ? 'interrupt' : 'fail';
}

/** Ends an operation on an error or when its person cancels (`null`), and brings the device into the state that follows. */
export async function abandon(
  context: OperationContext,
  { settle }: OperationDefinition,
  error: CardwrightError | null,
): Promise<Next> {
  await settle.failed(context, error);
  return { kind: 'end', status: error ? 'failed' : 'cancelled', error };
}

/**
 * Whether an operation is unchanged after an error: the request was wrong, or the same results can be sent again later. Thrown, it
 * undoes the transaction.
 */
export const leavesOperation = (error: unknown): boolean => !isCardwrightError(error) || LEAVES.has(error.code);

const LEAVES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'INVALID_PARAMS',
  'CA_UNAVAILABLE',
  'INTERNAL',
  'OPERATION_MOVED',
]);
