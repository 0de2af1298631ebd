import type { Failure } from './jest.mjs';

export const LAST_LINES: number;
export function tellEnd(result: {
  readonly failures: readonly Failure[];
  readonly unsteady: readonly Failure[];
  readonly passed: number;
}): string[];
