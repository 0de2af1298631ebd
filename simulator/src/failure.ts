import type { ErrorCode } from '@cardwright/protocol';
import type { Simulator } from './simulator.js';

/** A failure that can be staged by its name. */
export interface Failure {
  /** Name by which users stage the failure, such as `no-pcscd`. */
  readonly name: string;
  readonly title: string;
  /** The error code that the portal's page receives. Null if the wizard handles the failure itself, and offers another way. */
  readonly code: ErrorCode | null;
  /** Instruction for the user: how to see the failure once it is staged. */
  readonly then: string;
  readonly stage: (simulator: Simulator) => Promise<unknown>;
}

/** Returns the failures of one kind unchanged. TypeScript checks them where they are defined. */
export const defineFailures = (failures: readonly Failure[]): readonly Failure[] => failures;
