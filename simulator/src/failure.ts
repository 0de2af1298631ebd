import type { ErrorCode } from '@cardwright/protocol';
import type { Simulator } from './simulator.js';

/** A failure that can be staged by its name. */
export interface Failure {
  /** As typed: `no-pcscd`. */
  readonly name: string;
  readonly title: string;
  /** The code that a portal's page receives. Null where the wizard offers another way instead. */
  readonly code: ErrorCode | null;
  /** Tells the person who staged it how to see it. */
  readonly then: string;
  readonly stage: (simulator: Simulator) => Promise<unknown>;
}

/** Defines failures of one kind. Exists for type inference. */
export const defineFailures = (failures: readonly Failure[]): readonly Failure[] => failures;
