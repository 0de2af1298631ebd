import { isCardwrightError, type CardwrightError, type ErrorCode } from '@cardwright/protocol';
import type { CommandOutcome, StepCommand } from '@cardwright/protocol/steps';
import type { OperationContext } from './context.js';
import type { Consequence, OperationDefinition, Step } from './definition.js';
import { readResults } from './paired-results.js';

/** The continuation of an operation: its next step, the end of the session alone (`rest`), or the end of the operation. */
export type Next =
  | { readonly kind: 'step'; readonly step: Step; readonly commands: readonly StepCommand[] }
  /** The session cannot continue, but the operation can, with the same card: the operation gets its next step when it is started again. */
  | { readonly kind: 'rest'; readonly step: Step; readonly error: CardwrightError }
  | { readonly kind: 'end'; readonly status: 'done' | 'failed' | 'cancelled'; readonly error: CardwrightError | null };

interface FinishedStep {
  readonly step: Step;
  readonly round: string | undefined;
}

/**
 * Returns the first step that is needed, with its commands. Returns `rest` if that step waits for something outside the session, and `end` if no
 * step is needed.
 *
 * @param finished the step that has just been carried out, and the subject of its round (`Step.round`)
 */
export async function findNext(
  context: OperationContext,
  { kind, steps, settle }: OperationDefinition,
  finished?: FinishedStep,
): Promise<Next> {
  const step = steps.find((one) => one.needed(context));
  if (!step) {
    await settle.done(context);
    return { kind: 'end', status: 'done', error: null };
  }
  const missing = await step.waitsFor?.(context);
  if (missing) return { kind: 'rest', step, error: missing };
  if (step === finished?.step && step.round?.(context) === finished.round)
    throw new Error(`${kind}: the step ${step.name} is still needed after it was carried out`);
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
  const round = step.round?.(context);
  const broken = await readResults(step.calls(context), outcomes);
  if (!broken) return findNext(context, definition, { step, round });
  const { error } = broken;
  switch (broken.consequence ?? (await consequenceOf(context, step, error))) {
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

async function consequenceOf(
  context: OperationContext,
  { errors = {} }: Step,
  error: CardwrightError,
): Promise<Consequence> {
  const rule = errors[error.code];
  if (rule !== undefined) return typeof rule === 'string' ? rule : rule(context, error);
  return error.resumable ? 'interrupt' : 'fail';
}

/** Ends an operation because of an error, or because the person cancels it (`null`), and settles the device's state. */
export async function abandon(
  context: OperationContext,
  { settle }: OperationDefinition,
  error: CardwrightError | null,
): Promise<Next> {
  await settle.failed(context, error);
  return { kind: 'end', status: error ? 'failed' : 'cancelled', error };
}

/**
 * True if an error leaves the operation unchanged: the request was wrong, its session is over, the CMS has a defect, or the same results can be sent
 * again later. The error is then thrown, which rolls the transaction back.
 */
export const leavesOperation = (error: unknown): boolean => !isCardwrightError(error) || LEAVES.has(error.code);

/** True if an error means that the CMS itself waits for something while it reads results. The same results can be sent again later. */
export const awaits = (error: unknown): error is CardwrightError => isCardwrightError(error) && AWAITED.has(error.code);

const AWAITED: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['CA_UNAVAILABLE', 'PASSKEY_SERVICE_UNAVAILABLE']);

const LEAVES: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  ...AWAITED,
  'INVALID_PARAMS',
  'INTERNAL',
  'OPERATION_MOVED',
]);
