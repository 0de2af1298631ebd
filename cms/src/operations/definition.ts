import { isDeepStrictEqual } from 'node:util';
import {
  CardwrightError,
  operationKind,
  operationPhase,
  type CommandOutcome,
  type ErrorCode,
  type Method,
  type Params,
  type Result,
} from '@cardwright/protocol';
import * as v from 'valibot';
import type { Admission, CardInQuestion, Refusal } from '../devices/admission.js';
import type { DeviceState } from '../devices/device-state.js';
import type { DevicePolicy } from '../policies/device-policy.js';
import type { Device } from '../store/rows.js';
import type { Words } from '../words/language.js';
import type { OperationContext } from './context.js';
import type { Slice } from './slice.js';

/** A part of an operation as its user sees it. */
export interface Phase {
  /** Lower case letters, digits and hyphens. */
  readonly name: string;
  /** What happens meanwhile; at most 80 characters. */
  readonly words: Words;
}

/** What the person sees when an operation is over. */
export const FINISHED: Phase = { name: 'finished', words: { en: 'Finished', de: 'Abgeschlossen' } };

/**
 * What an error means for the operation:
 * - `continue`: it was handled, and the next step that is needed follows;
 * - `interrupt`: the session ends here; with the same card the operation continues in another one;
 * - `fail`: the operation has failed;
 * - `finish`: the operation is done although this was left out; the device stays as it is;
 * - `cancel`: the operation is cancelled; the device stays as it is.
 */
export type Consequence = 'continue' | 'interrupt' | 'fail' | 'finish' | 'cancel';

/** What an error means, or how that is decided. */
export type Verdict =
  Consequence | ((context: OperationContext, error: CardwrightError) => Consequence | Promise<Consequence>);

/** One command of a step, paired with the reader of its result. Made by `call`. */
export interface Call {
  readonly method: Method;
  /** The parameters. Made once, when the step leaves: secrets are sealed here, and what leaves is recorded as sent. */
  readonly params: () => Promise<Record<string, unknown>>;
  /** Reads a result; nothing in it is trusted before it was validated against the command table. */
  read(result: unknown): Promise<void>;
  /** Decides what the error that ended the step here means; undefined where it has no opinion. */
  failed(error: CardwrightError): Promise<Consequence | undefined>;
}

/** What a call does besides being sent. */
export interface CallHandling<M extends Method> {
  /** Reads the result. */
  readonly read?: (result: Result<M>) => void | Promise<void>;
  /** Decides what an error of this very command means, before the step's `errors` are consulted. */
  readonly failed?: (error: CardwrightError) => Consequence | undefined | Promise<Consequence | undefined>;
}

/** The parameters of a command, or how they are made when the step leaves. */
export type CallParams<M extends Method> = Params<M> | (() => Params<M> | Promise<Params<M>>);

/**
 * One signed step of an operation. It does not know what came before or what follows: the engine sends the first step that is needed.
 */
export interface Step {
  /** Unique within the operation. Results refer to the step by it. */
  readonly name: string;
  readonly phase: Phase;
  /** How much of the operation is done when it begins, in percent. */
  readonly progress: number;
  /** Whether its user may take as long as they like, so that its results count however old they are. */
  readonly waitsForUser?: boolean;
  /** The slices of state that it works with. */
  readonly slices: readonly Slice[];
  /** Whether it is still to be done, by the state, the store and what the card has shown. Resuming means skipping. */
  needed(context: OperationContext): boolean;
  /** Why it may not leave yet, where something outside the session is missing. */
  waitsFor?(context: OperationContext): Promise<CardwrightError | null>;
  /** Prepares what the calls hold, once, before they leave. */
  prepare?(context: OperationContext): void | Promise<void>;
  /**
   * What it is about this time, where it may be needed several times in a row. Still needed for the same, it is a defect as of any
   * other step.
   */
  round?(context: OperationContext): string;
  /** The calls, made only from the state: once when the step leaves, and again when its results come. */
  calls(context: OperationContext): readonly Call[];
  /**
   * Keeps results that could not be read to their end, because the CMS itself waits for something, in slices that last for the operation.
   * Nothing else of that call is kept: the same results may come again, or, where the session is over, never.
   */
  keepForLater?(context: OperationContext, outcomes: readonly CommandOutcome[]): void;
  /** What an error means here. Any other ends the session if the card may come back, else the operation. */
  readonly errors?: Readonly<Partial<Record<ErrorCode, Verdict>>>;
}

/** An operation as data. */
export interface OperationDefinition {
  /** As pages ask for it: lower case letters, digits and hyphens. */
  readonly kind: string;
  /** What it is called in a timeline. */
  readonly title: Words;
  /** Who may start it, and why not. Everything that it judges is in its argument. */
  readonly admit: (card: CardInQuestion) => Admission | Refusal;
  /** Whether its start takes the one-time code of an operator (`issueUnlockCode`), by the policy of the device. */
  readonly needsCode?: (policy: DevicePolicy) => boolean;
  /**
   * Whether its owner is offered it for a device that may not be connected, as far as the row tells; by default it never is. The card
   * itself is judged when it starts.
   */
  readonly isOffered?: (device: Device) => boolean;
  /**
   * Minutes that may have passed since its person proved who they are (`Requester.proof`), whenever it is started or resumed; a passkey
   * on its own device does not count. Without it, being logged in is enough.
   */
  readonly needsFreshProof?: number;
  /** Begins, or begins again in a new session with the card as it may be now. */
  begin?(context: OperationContext, admission: Admission): void | Promise<void>;
  /**
   * Refuses results that come too late, since someone else may have changed the device meanwhile.
   *
   * @throws CardwrightError
   */
  readonly requireUnderWay: (context: OperationContext) => void;
  readonly steps: readonly Step[];
  /** What happens to the device when no step is needed any more, and on an error or when the person cancels (`null`). */
  readonly settle: {
    done(context: OperationContext): void | Promise<void>;
    failed(context: OperationContext, error: CardwrightError | null): void | Promise<void>;
  };
}

/**
 * Defines an operation.
 *
 * @throws Error for what would otherwise go wrong later: duplicate names, words that no page would accept, and a proof that is never
 * fresh, or always
 */
export function defineOperation(operation: OperationDefinition): OperationDefinition {
  const { kind, steps, needsFreshProof: minutes } = operation;
  if (!v.safeParse(operationKind, kind).success) throw new Error(`${kind} is no kind of operation`);
  const names = steps.map(({ name }) => name);
  if (new Set(names).size !== names.length) throw new Error(`operation ${kind} has two steps of one name`);
  const slices = new Map<string, Slice>();
  for (const slice of steps.flatMap((step) => step.slices)) {
    if ((slices.get(slice.name) ?? slice) !== slice)
      throw new Error(`operation ${kind} has two slices of the name ${slice.name}`);
    slices.set(slice.name, slice);
  }
  if (minutes !== undefined && !(minutes > 0 && Number.isFinite(minutes)))
    throw new Error(`operation ${kind} wants a proof of ${minutes} minutes`);
  requirePhases(operation);
  return operation;
}

function requirePhases({ kind, steps }: OperationDefinition): void {
  const phases = new Map<string, Phase>([[FINISHED.name, FINISHED]]);
  for (const { phase } of steps) {
    const { name, words } = phase;
    if (!Object.values(words).every((text) => v.is(operationPhase, { name, text })))
      throw new Error(`operation ${kind} has a phase that no page would take: ${name}`);
    if (!isDeepStrictEqual(phases.get(name) ?? phase, phase))
      throw new Error(`operation ${kind} has two phases of the name ${name}`);
    phases.set(name, phase);
  }
}

/**
 * The device is in one of some states still: for `requireUnderWay`.
 *
 * @returns a function that throws CardwrightError `DEVICE_STATE` where it is not
 */
export const inState =
  (...states: readonly DeviceState[]) =>
  ({ device }: OperationContext): void => {
    const state = device?.row.state ?? 'unknown';
    if (!states.some((one) => one === state)) throw new CardwrightError('DEVICE_STATE', { state });
  };

/** The device stays in its state. */
export const keepState = (): void => undefined;
