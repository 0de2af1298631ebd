import type { ErrorCode } from '@cardwright/protocol';

/** One command of a step, as its results told it. */
export interface CommandResult {
  /** Of the command table. */
  readonly method: string;
  /** Null where it succeeded; the first command that failed ends the step. */
  readonly error: ErrorCode | null;
}

/**
 * What happened in an operation. Names, methods and codes alone: no parameter and no result of a command ever gets here, and so no
 * secret.
 */
export type OperationHappening =
  /** A session began it. */
  | { readonly kind: 'started' }
  /** Another session continues it; the one before is told `OPERATION_MOVED`. */
  | { readonly kind: 'resumed' }
  /** A signed step left, with the methods of its commands in their order. */
  | { readonly kind: 'step-sent'; readonly step: string; readonly number: number; readonly methods: readonly string[] }
  /** Its results came: those of the commands that ran. */
  | {
      readonly kind: 'step-results';
      readonly step: string;
      readonly number: number;
      readonly commands: readonly CommandResult[];
    }
  /** After a long time it was judged again by what held then: why it was refused, an English sentence; null where it may go on. */
  | { readonly kind: 'judged-again'; readonly refusal: string | null }
  /** The session cannot continue; the operation can. */
  | { readonly kind: 'rested'; readonly step: string | null; readonly error: ErrorCode }
  /** Another operation took over its card, which ended it. */
  | { readonly kind: 'moved' }
  | { readonly kind: 'ended'; readonly state: 'done' | 'failed' | 'cancelled'; readonly error: ErrorCode | null };

/** A happening with its circumstances. A store appends it, and never changes it. */
export interface OperationEvent {
  readonly operationId: string;
  /** The operation's device at that moment; null while it has none. */
  readonly deviceId: string | null;
  /** User name of whoever worked on it. */
  readonly actor: string;
  /** IP address from which the request came, where the CMS was told it. */
  readonly address: string | null;
  readonly at: Date;
  readonly what: OperationHappening;
}
