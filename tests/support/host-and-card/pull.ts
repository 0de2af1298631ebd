import { CardwrightError, type CommandOutcome, type Method } from '@cardwright/protocol';
import type { TestCard } from './test-card.js';

/**
 * Breaks a step off: `before` the command reaches the card, `after` it was carried out and only the answer is lost, or
 * `unanswered`, where the answer that is lost may also be a refusal.
 */
export interface Pull {
  readonly method: Method;
  readonly when: 'before' | 'after' | 'unanswered';
  /** Which of the session's commands of that name, from 1; the first where it is left out. */
  readonly nth?: number;
}

/** Where the card is pulled inside `credentials.apply`: when it has this and nothing of what comes after it. */
export type ApplyStop = 'management-key' | 'puk';

/** Follows one step by the progress that its host tells, and pulls the card where a test says so. */
export class PullableStep {
  #begun = -1;
  /** The command that has no answer. */
  #cut: number | undefined;

  constructor(
    private readonly card: TestCard,
    /** The session's commands so far; those of this step are added. */
    private readonly executed: Method[],
    private readonly pull: Pull | undefined,
    private readonly stopAfter: ApplyStop | undefined,
  ) {}

  /** A command begins, or continues after its user has answered. */
  begin(method: Method, index: number): void {
    if (index <= this.#begun) return;
    this.#begun = index;
    if (this.#cut === undefined && this.#isPulled(method)) this.#cut = index;
    // A command whose answer alone is lost still runs: the card is gone when the next one begins.
    const isGone = this.#cut !== undefined && (this.#cut < index || this.pull?.when === 'before');
    if (isGone) this.card.pull();
    else this.executed.push(method);
    if (method === 'credentials.apply' && this.stopAfter) this.card.arm(FAULTS[this.stopAfter]);
  }

  /** What reaches the page. */
  end(outcomes: readonly CommandOutcome[]): CommandOutcome[] {
    const cut = this.#cut;
    const last = cut === undefined ? undefined : outcomes[cut];
    if (cut === undefined || !last) return [...outcomes];
    // A refusal arrived, and nothing was lost.
    if (this.pull?.when === 'after' && 'error' in last) return [...outcomes];
    this.card.pull();
    return [...outcomes.slice(0, cut), { method: last.method, error: new CardwrightError('CARD_REMOVED').toWire() }];
  }

  #isPulled(method: Method): boolean {
    const nth = this.executed.filter((earlier) => earlier === method).length + 1;
    return this.pull?.method === method && nth >= (this.pull.nth ?? 1);
  }
}

const FAULTS = {
  'management-key': { kind: 'pull-after', at: { instruction: 'SET-MANAGEMENT-KEY', nth: 1 } },
  puk: { kind: 'pull', at: { instruction: 'RESET-RETRY-COUNTER', nth: 1 } },
} as const;
