import type { CardFacts, CardwrightError, StartRequest, StepCommand } from '@cardwright/protocol';
import type { Permission } from '../devices/eligibility.js';
import type { Language } from '../language.js';
import type { Database } from '../store/database.js';
import type { Device, Operation, User } from '../store/schema.js';
import type { Outcomes } from './outcomes.js';
import type { Phase } from './phases.js';
import type { Services } from './services.js';

/** What a kind of operation works with while it decides its next step: one transaction, its operation's row locked. */
export interface OperationContext extends Services {
  readonly db: Database;
  readonly user: User;
  /** In which the user reads why something was refused. */
  readonly language: Language;
  readonly operation: Operation;
  /** The row of the operation's device, locked; undefined while there is none. */
  readonly device: Device | undefined;
}

/** The step that goes to the host next. */
export interface NextStep {
  readonly kind: 'step';
  readonly phase: Phase;
  /** Percent. */
  readonly progress: number;
  readonly commands: readonly StepCommand[];
  /** Id under which the host has the device open. */
  readonly device: string;
  /** What this session's host told of the card. */
  readonly card: CardFacts;
  /** Seconds in which the host must begin the step. */
  readonly validFor: number;
  readonly state: unknown;
}

/** The operation is over. */
export interface NextEnd {
  readonly kind: 'end';
  readonly status: 'done' | 'failed' | 'cancelled';
  readonly phase: Phase;
  readonly progress: number;
  readonly error: CardwrightError | null;
}

/** The session can not go on, but the operation can: with the same card, in this session or a new one. */
export interface NextInterruption {
  readonly kind: 'interrupted';
  readonly phase: Phase;
  readonly progress: number;
  readonly error: CardwrightError;
}

export type Next = NextStep | NextEnd | NextInterruption;

/** One kind of operation: a state machine whose state is stored between two steps. */
export interface OperationKind {
  /** Begins, or begins again in a new session with the card as it may be now. */
  begin(context: OperationContext, request: StartRequest, permission: Permission): Promise<Next>;
  /** Reads the results of the step that was out, and decides what follows. */
  advance(context: OperationContext, outcomes: Outcomes): Promise<Next>;
  /** Ends it on an error or at the user's wish (`null`); brings the device into the state that this means. */
  abandon(context: OperationContext, error: CardwrightError | null): Promise<NextEnd>;
}
