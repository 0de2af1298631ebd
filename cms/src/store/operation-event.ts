import type { ErrorCode } from '@cardwright/protocol';

/** One command of a step, as its results reported it. */
export interface CommandResult {
  /** A method of the command table. */
  readonly method: string;
  /** Null if it succeeded. The first command that failed ends the step. */
  readonly error: ErrorCode | null;
}

/** An event in an operation. It holds names, methods and codes alone, never a parameter or result of a command, and so no secret. */
export type OperationHappening =
  /** A session began the operation. */
  | { readonly kind: 'started' }
  /** Another session continues it. The one before gets `OPERATION_MOVED`. */
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
  /** It was judged again after a long time, by the facts of that time. `refusal` is the reason in English; null if it may continue. */
  | { readonly kind: 'judged-again'; readonly refusal: string | null }
  /** The session cannot continue, but the operation can. */
  | { readonly kind: 'rested'; readonly step: string | null; readonly error: ErrorCode }
  /** Another operation took over its card, which ended it. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'ended'; readonly state: 'done' | 'failed' | 'cancelled'; readonly error: ErrorCode | null };

/** An event with its circumstances. A store appends it, and never changes it. */
export interface OperationEvent {
  readonly operationId: string;
  /** The operation's device at that moment; null if it had none yet. */
  readonly deviceId: string | null;
  /** User name of the person who worked on it. */
  readonly actor: string;
  /** IP address of the request, if the CMS was given it. */
  readonly address: string | null;
  readonly at: Date;
  readonly what: OperationHappening;
}
