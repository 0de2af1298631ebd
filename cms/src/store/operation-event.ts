import type { ErrorCode } from '@cardwright/protocol';

/** The outcome of one command of a step, as the results of the step reported it. */
export interface CommandResult {
  /** A method of the command table. */
  readonly method: string;
  /** Code of the error; null if the command succeeded. The first command that fails ends the step. */
  readonly error: ErrorCode | null;
}

/** An event in an operation. It never holds a parameter or result of a command, and so no secret. */
export type OperationHappening =
  /** A session began the operation. */
  | { readonly kind: 'started' }
  /** Another session continues the operation. Results of the former session get `OPERATION_MOVED`. */
  | { readonly kind: 'resumed' }
  /** A signed step was sent, with the methods of its commands in order. */
  | { readonly kind: 'step-sent'; readonly step: string; readonly number: number; readonly methods: readonly string[] }
  /** The results of a step arrived, for the commands that ran. */
  | {
      readonly kind: 'step-results';
      readonly step: string;
      readonly number: number;
      readonly commands: readonly CommandResult[];
    }
  /**
   * The operation was judged again, because its last verdict was older than `operationAge`. `refusal` is the reason in English; null if the
   * operation may continue.
   */
  | { readonly kind: 'judged-again'; readonly refusal: string | null }
  /** The host session cannot continue the operation, but another session can. */
  | { readonly kind: 'rested'; readonly step: string | null; readonly error: ErrorCode }
  /** The operation was ended, because another operation took over its card, or because its device was released. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'ended'; readonly state: 'done' | 'failed' | 'cancelled'; readonly error: ErrorCode | null };

/** An event with its circumstances. A store appends it, and never changes it. */
export interface OperationEvent {
  readonly operationId: string;
  /** The operation's device at that moment; null if the operation had no device yet. */
  readonly deviceId: string | null;
  /** User name of the person who caused the event. */
  readonly actor: string;
  /** IP address of the request; null for `moved`, and if the CMS was given no address. */
  readonly address: string | null;
  readonly at: Date;
  readonly what: OperationHappening;
}
