import { CardwrightError, type Method } from '@cardwright/protocol';
import type { CommandOutcome } from '@cardwright/protocol/steps';
import type { TestCard } from './test-card.js';

/**
 * Breaks a step off: `before` the command reaches the card; `after` it succeeded, so that only the answer is lost; or
 * `unanswered`, where the lost answer may also be a refusal.
 */
export interface Pull {
  readonly method: Method;
  readonly when: 'before' | 'after' | 'unanswered';
  /** The number of the command among those of that name in the session; default 1. */
  readonly nth?: number;
}

/** The point inside `credentials.apply` at which the card is pulled: it has this, and nothing after it. */
export type ApplyStop = 'management-key' | 'puk';

/** Follows one step by the host's progress, and pulls the card as the test orders. */
export class PullableStep {
  #begun = -1;
  /** The command whose answer is lost. */
  #cut: number | undefined;

  constructor(
    private readonly card: TestCard,
    /** The session's commands so far, to which this step adds. */
    private readonly executed: Method[],
    private readonly pull: Pull | undefined,
    private readonly stopAfter: ApplyStop | undefined,
  ) {}

  /** Called when a command begins, or continues after its user has answered. */
  begin(method: Method, index: number): void {
    if (index <= this.#begun) return;
    this.#begun = index;
    if (this.#cut === undefined && this.#isPulled(method)) this.#cut = index;
    // If only the answer is lost, the command still runs: the card goes when the next one begins.
    const isGone = this.#cut !== undefined && (this.#cut < index || this.pull?.when === 'before');
    if (isGone) this.card.pull();
    else this.executed.push(method);
    if (method === 'credentials.apply' && this.stopAfter) this.card.arm(FAULTS[this.stopAfter]);
  }

  /** Returns the outcomes that reach the page. */
  end(outcomes: readonly CommandOutcome[]): CommandOutcome[] {
    const cut = this.#cut;
    const last = cut === undefined ? undefined : outcomes[cut];
    if (cut === undefined || !last) return [...outcomes];
    // The refusal arrived, so nothing was lost.
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
