import {
  CardwrightError,
  commands,
  isMethod,
  validate,
  type CommandOutcome,
  type Method,
  type Result,
} from '@cardwright/protocol';

/**
 * The results of a step, read in the order of its commands. They come from a page and a host that may lie: each is
 * validated against the command table when it is taken.
 */
export class Outcomes {
  readonly #outcomes: readonly CommandOutcome[];
  #next = 0;

  /**
   * @param sent the methods of the step's commands
   * @throws CardwrightError `INVALID_PARAMS` when the outcomes are not those of the step
   */
  constructor(sent: readonly string[], outcomes: readonly CommandOutcome[]) {
    const last = outcomes.at(-1);
    const isBrokenOff = last !== undefined && 'error' in last;
    const isWhole = isBrokenOff ? outcomes.length <= sent.length : outcomes.length === sent.length;
    const isInOrder = outcomes.every(
      (outcome, index) => outcome.method === sent[index] && (index === outcomes.length - 1 || 'result' in outcome),
    );
    if (!isWhole || !isInOrder)
      throw new CardwrightError('INVALID_PARAMS', { path: 'outcomes', problem: 'expected those of the step' });
    this.#outcomes = outcomes;
  }

  /** The error that ended the step, or null. */
  get error(): CardwrightError | null {
    const last = this.#outcomes.at(-1);
    return last !== undefined && 'error' in last ? CardwrightError.fromWire(last.error) : null;
  }

  /** The result of the next command, or undefined where the step ended before it or with it. */
  take<M extends Method>(method: M): Result<M> | undefined {
    const outcome = this.#outcomes[this.#next];
    if (outcome === undefined || !('result' in outcome)) return undefined;
    if (outcome.method !== method || !isMethod(outcome.method))
      throw new Error(`expected ${method}, not ${outcome.method}`);
    this.#next += 1;
    return validate<(typeof commands)[M]['result']>(commands[method].result, outcome.result);
  }
}
