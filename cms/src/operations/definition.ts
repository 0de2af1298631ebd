import { isDeepStrictEqual } from 'node:util';
import { CardwrightError, type ErrorCode, type Method, type Params, type Result } from '@cardwright/protocol';
import { operationKind, operationPhase } from '@cardwright/protocol/cms';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import * as v from 'valibot';
import type { CardInQuestion, Eligible, Verdict } from '../devices/eligibility.js';
import type { DevicePolicy } from '../rules/device-policy.js';
import type { DeviceState } from '../rules/device-state.js';
import type { Certificate, Device, Passkey } from '../store/rows.js';
import { ownWords, type Words } from '../words/language.js';
import type { OperationContext } from './context.js';
import type { Slice } from './slice.js';

/** A part of an operation, as its user sees it. */
export interface Phase {
  /** Name of the phase: lower case letters, digits and hyphens. */
  readonly name: string;
  /** Description of this part for the user; at most 80 characters. */
  readonly words: Words;
}

/** The phase of an operation that is over. */
export const FINISHED: Phase = { name: 'finished', words: ownWords(({ phases }) => phases.finished) };

/**
 * Consequence of an error for the operation:
 * - `continue`: the error was handled, and the next needed step follows;
 * - `interrupt`: the session ends here; the operation can continue in another session, with the same card;
 * - `fail`: the operation has failed;
 * - `finish`: the operation is done, although this step failed; the device stays as it is;
 * - `cancel`: the operation is cancelled; the device stays as it is.
 */
export type Consequence = 'continue' | 'interrupt' | 'fail' | 'finish' | 'cancel';

/** The consequence of an error, or a function that decides it. */
export type ConsequenceRule =
  | Consequence
  | ((context: OperationContext, error: CardwrightError) => Consequence | Promise<Consequence>);

/** One command of a step, with the handlers of its result and of its error. Made by `call`. */
export interface Call {
  readonly method: Method;
  /** Makes the parameters. Called a single time, when the step is sent. Secrets are sealed here, and their release is logged. */
  readonly params: () => Promise<Record<string, unknown>>;
  /** Validates a result against the command table, and then hands it to the call's handler, if there is one. */
  read(result: unknown): Promise<void>;
  /** Decides the consequence of the error that ended the step at this command; undefined leaves the decision to the step's `errors`. */
  failed(error: CardwrightError): Promise<Consequence | undefined>;
}

/** Handlers for the outcome of a call. */
export interface CallHandling<M extends Method> {
  readonly read?: (result: Result<M>) => void | Promise<void>;
  /** Decides the consequence of an error of this command, before the step's `errors` are consulted. */
  readonly failed?: (error: CardwrightError) => Consequence | undefined | Promise<Consequence | undefined>;
}

/** The parameters of a command, or a function that makes them when the step is sent. */
export type CallParams<M extends Method> = Params<M> | (() => Params<M> | Promise<Params<M>>);

/** One signed step of an operation. A step does not know which steps precede or follow it: the engine sends the first step that is needed. */
export interface Step {
  /** Name of the step, unique within the operation. The step is found by its name again when its results arrive. */
  readonly name: string;
  readonly phase: Phase;
  /** Progress of the operation when the step begins, in percent. */
  readonly progress: number;
  /** True if the user may take any time for the step. Its results then count without a new verdict, however late they arrive. */
  readonly waitsForUser?: boolean;
  /** Slices of state that the step uses. */
  readonly slices: readonly Slice[];
  /**
   * True if the step is still to be done, as the state, the store and the proofs of the card show. A resumed operation skips the steps that are
   * done.
   */
  needed(context: OperationContext): boolean;
  /** Returns an error while the step must not be sent, because something outside the session is missing; null if it may be sent. */
  waitsFor?(context: OperationContext): Promise<CardwrightError | null>;
  /** Prepares the contents of the calls. Called a single time, before the step is sent. */
  prepare?(context: OperationContext): void | Promise<void>;
  /**
   * Returns the subject of this round, for a step that may be needed several times in a row. If a step has ended without an error, and is still
   * needed for the same subject, the engine throws an error, because the step would be sent forever. A step without `round` must not be needed twice
   * in a row.
   */
  round?(context: OperationContext): string;
  /**
   * Makes the calls. They are made when the step is sent and again when its results arrive, and must be the same both times. They may therefore
   * depend only on what is stored: slices, and rows of the device.
   */
  calls(context: OperationContext): readonly Call[];
  /**
   * Keeps results in slices that last for the operation. Called before a service is told of them that cannot take it back, and if reading them
   * failed because the CMS itself waits for something (`CA_UNAVAILABLE`, `PASSKEY_SERVICE_UNAVAILABLE`), which rolled back every other change. The
   * host may send the same results again as long as its session lasts.
   */
  keepForLater?(context: OperationContext, outcomes: readonly CommandOutcome[]): void;
  /**
   * Consequences of errors in this step, if the call that failed has not decided the consequence. An error without an entry interrupts the operation
   * if the error is resumable, and fails the operation if it is not.
   */
  readonly errors?: Readonly<Partial<Record<ErrorCode, ConsequenceRule>>>;
}

/** The certificates, the passkeys and the policy by which an operation may be offered for a device. */
export interface Holdings {
  readonly certificates: readonly Pick<Certificate, 'slot' | 'algorithm' | 'notAfter'>[];
  /** Passkeys that are not due for removal. */
  readonly passkeys: readonly Pick<Passkey, 'service'>[];
  /** Policy of the device's model; undefined if the model is no longer issued. */
  readonly policy: DevicePolicy | undefined;
  /** Kinds of operations that an operator asked the owner for, and that still wait (`kindsOfWork`). */
  readonly asked: readonly string[];
}

/** The facts besides a device's row by which an operation is offered for the device. */
export interface OfferFacts extends Holdings {
  readonly now: Date;
}

/** Kind of thing that the start of an operation names besides the device: one of the device's passkeys, by the id of its row. */
export type OperationSubject = 'passkey';

/** An operation as data. */
export interface OperationDefinition {
  /** Name by which pages request the operation: lower case letters, digits and hyphens. */
  readonly kind: string;
  /** Name of the operation in a timeline; at most 80 characters. */
  readonly title: Words;
  /** Name of the operation for the device's owner, on its button and above its wizard; `title` if left out. At most 80 characters. */
  readonly label?: Words;
  /**
   * Judges whether a person may start the operation on a card, and gives the reason for a refusal. The argument has everything that the
   * verdict may depend on.
   */
  readonly eligibility: (card: CardInQuestion) => Verdict;
  /** Decides by the device's policy whether the start needs an operator's one-time code (`issueUnlockCode`). If left out, no code is needed. */
  readonly needsCode?: (policy: DevicePolicy) => boolean;
  /**
   * Decides by what the CMS has stored of a device whether the operation is offered to its owner, since the device need not be connected. If left
   * out, the operation is never offered. The card itself is judged at the start.
   */
  readonly isOffered?: (device: Device, facts: OfferFacts) => boolean;
  /** Set if a start has to name the subject of the operation on the device (`StartRequest.subject`). If left out, the name is ignored. */
  readonly subject?: OperationSubject;
  /**
   * Maximum age in minutes of the person's proof of identity (`Requester.proof`), at each start or resumption. A passkey on the device
   * itself does not count. If left out, being logged in is enough.
   */
  readonly needsFreshProof?: number;
  /**
   * Prepares the operation whenever a session begins: the first session, and each that resumes the operation. `verdict` is the verdict on the card at
   * that time, and `subject` what the page named. The page may name anything, so the subject is looked up among what the device has.
   */
  begin?(context: OperationContext, verdict: Eligible, subject: string | undefined): void | Promise<void>;
  /**
   * Refuses results if the operation may no longer go on, because someone else has changed the device meanwhile.
   *
   * @throws CardwrightError, which ends the operation as failed
   */
  readonly requireUnderWay: (context: OperationContext) => void;
  readonly steps: readonly Step[];
  /**
   * Settles the device's state: `done` when no step is needed any more; `failed` with the error that fails the operation, or with `null` when the
   * person cancels the operation. Neither is called for an operation that ends by the consequence `finish` or `cancel`, or that is ended from
   * outside: another operation took its card, or its device was released.
   */
  readonly settle: {
    done(context: OperationContext): void | Promise<void>;
    failed(context: OperationContext, error: CardwrightError | null): void | Promise<void>;
  };
}

/**
 * Defines an operation.
 *
 * @throws Error for mistakes that would cause trouble later: a malformed kind, two steps or slices of one name, two different phases of one name,
 * words that no page would accept, and a `needsFreshProof` that is not a positive, finite number
 * @example
 * const stamp = defineOperation({
 *   kind: 'stamp',
 *   title: { en: 'Stamp' },
 *   eligibility: owned('active'),
 *   requireUnderWay: inState('active'),
 *   steps: [step],
 *   settle: { done: keepState, failed: keepState },
 * });
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
  requireNames(operation);
  requirePhases(operation);
  return operation;
}

function requireNames({ kind, title, label = title }: OperationDefinition): void {
  if (![title, label].flatMap((words) => Object.values(words)).every((text) => v.is(operationPhase.entries.text, text)))
    throw new Error(`operation ${kind} has a name that no page would take`);
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
 * Makes a check for `requireUnderWay`: the device must still be in one of these states.
 *
 * @returns a function that throws CardwrightError `DEVICE_STATE` if the device is in another state, or if the operation has no device
 * @example
 * const requireUnderWay = inState('active', 'pending');
 */
export const inState =
  (...states: readonly DeviceState[]) =>
  ({ device }: OperationContext): void => {
    const state = device?.row.state ?? 'unknown';
    if (!states.some((one) => one === state)) throw new CardwrightError('DEVICE_STATE', { state });
  };

/**
 * Leaves the device in its state.
 *
 * @example
 * const settle = { done: keepState, failed: keepState };
 */
export const keepState = (): void => undefined;
