import { appendFileSync } from 'node:fs';
import { nameOf, type CaseResult, type FaultCase, type Outcome } from './fault-case.js';
import type { SweepSettings } from './sweep-settings.js';

/** One line of the file of results. */
export interface SweepLine {
  readonly operation: string;
  readonly profile: string;
  /** Names of faults; two for a pair. */
  readonly faults: readonly string[];
  readonly outcome: Outcome;
  readonly case: string;
}

/** Gathers what became of each case. */
export class SweepReport {
  readonly #lines: SweepLine[] = [];

  constructor(private readonly settings: SweepSettings) {}

  add(one: FaultCase, { outcome }: CaseResult): void {
    const { operation, profile, faults } = one;
    this.#lines.push({ operation, profile, faults: faults.map(({ fault }) => fault), outcome, case: nameOf(one) });
  }

  /** What is wrong, what happened, and the command that runs the case again. */
  describe(one: FaultCase, { problems, story }: CaseResult): string {
    const command = `CARDWRIGHT_SEED=${this.settings.seed} CARDWRIGHT_CASE='${nameOf(one)}' npm test -- tests/simulation/sweep`;
    return `${problems.join('; ')} [${story.join(' → ')}] again: ${command}`;
  }

  /** Adds the results to the file, where one is named. */
  save(): void {
    const { results } = this.settings;
    if (results === undefined) return;
    appendFileSync(results, this.#lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  }
}
