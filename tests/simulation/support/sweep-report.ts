import { appendFileSync } from 'node:fs';
import { nameOf, type CaseResult, type FaultCase, type Outcome } from './fault-case.js';
import type { SweepSettings } from './sweep-settings.js';

/** One line of the file of results. */
export interface SweepLine {
  readonly operation: string;
  readonly profile: string;
  /** The names of the faults; two for a pair. */
  readonly faults: readonly string[];
  readonly outcome: Outcome;
  /** The faults that did not happen, because their session ended before. */
  readonly unmet: readonly string[];
  readonly case: string;
}

/** Writes the outcome of each case to the file that the settings name. */
export class SweepReport {
  constructor(private readonly settings: SweepSettings) {}

  add(one: FaultCase, { outcome, unmet }: CaseResult): void {
    const { results } = this.settings;
    if (results === undefined) return;
    const { operation, profile, faults } = one;
    const names = faults.map(({ fault }) => fault);
    const line: SweepLine = { operation, profile, faults: names, outcome, unmet, case: nameOf(one) };
    appendFileSync(results, `${JSON.stringify(line)}\n`);
  }

  /** Describes the failed checks, the course, and the command that repeats the case. */
  describe(one: FaultCase, { problems, story }: CaseResult): string {
    const command = `CARDWRIGHT_SEED=${this.settings.seed} CARDWRIGHT_CASE='${nameOf(one)}' npm test -- tests/simulation/sweep`;
    return `${problems.join('; ')} [${story.join(' → ')}] again: ${command}`;
  }
}
