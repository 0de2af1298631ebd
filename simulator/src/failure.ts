import type { ErrorCode } from '@cardwright/protocol';
import type { Simulator } from './simulator.js';

/** A failure that can be staged by its name. */
export interface Failure {
  /** As it is typed: `no-pcscd`. */
  readonly name: string;
  readonly title: string;
  /** What a portal's page gets to know of it. */
  readonly code: ErrorCode;
  /** What to do to see it, for whoever staged it. */
  readonly then: string;
  readonly stage: (simulator: Simulator) => Promise<void>;
}

/** Defines failures of one kind; exists for its types. */
export const defineFailures = (failures: readonly Failure[]): readonly Failure[] => failures;
