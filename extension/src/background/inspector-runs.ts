import { CardwrightError, commands, isMethod, isPageMethod } from '@cardwright/protocol';
import { MAX_MESSAGE_LENGTH, MAX_RUNNING_REQUESTS } from '@cardwright/protocol/limits';
import type { Request } from '@cardwright/protocol/messages';
import { outcomeOf, type Outcome } from './outcome.js';
import { readPageMessage } from './page-message.js';
import type { RunningRequests } from './running-requests.js';
import type { SessionFacts } from './trace-record.js';
import type { Trace } from './trace.js';
import { INSPECTOR_HOPS } from './traced-message.js';

/** Answers a request with the same checks as a request of the page. The request's id is also its name in the trace. */
type Answer = (request: Request & { readonly id: string }, signal: AbortSignal) => Promise<object>;

/**
 * The commands that inspectors run in one page session. These commands are kept apart from the page's own commands: the page can neither
 * cancel nor observe what an inspector runs.
 */
export class InspectorRuns {
  readonly #underWay = new Set<AbortController>();
  #last = 0;
  #hasEnded = false;

  /** @param requests running requests of the page. One limit applies to the page's requests and the inspectors' commands together. */
  constructor(
    private readonly session: SessionFacts,
    private readonly trace: Trace,
    private readonly requests: Pick<RunningRequests, 'size'>,
    private readonly answer: Answer,
  ) {}

  /**
   * Runs a command of class `read`.
   *
   * @returns the command's result, or an error of the catalogue
   */
  async run(method: string, params: Record<string, unknown>): Promise<Outcome> {
    this.#last += 1;
    const id = `inspector-${this.#last}`;
    const request = { jsonrpc: '2.0', id, method, params } as const;
    this.trace.recorder?.message(this.session, request, { hop: INSPECTOR_HOPS.from, request: id });
    const controller = new AbortController();
    this.#underWay.add(controller);
    const outcome = await outcomeOf(id, () => {
      if (this.#hasEnded) throw new CardwrightError('CANCELLED');
      if (this.requests.size + this.#underWay.size > MAX_RUNNING_REQUESTS) throw new CardwrightError('INVALID_MESSAGE');
      requireRunnable(request);
      return this.answer(request, controller.signal);
    });
    this.#underWay.delete(controller);
    const answer = { jsonrpc: '2.0', id, ...outcome } as const;
    this.trace.recorder?.message(this.session, answer, { hop: INSPECTOR_HOPS.to, request: id, method });
    return outcome;
  }

  /** Cancels the running commands and refuses further commands, because the session has ended. */
  end(): void {
    this.#hasEnded = true;
    for (const controller of this.#underWay) controller.abort();
  }
}

/**
 * Checks that an inspector may run a request: the page could have sent the request, too, and the command in it changes nothing.
 *
 * @throws CardwrightError `INVALID_MESSAGE`, `METHOD_NOT_FOUND`, `STEP_REQUIRED`, `PERMISSION_DENIED`
 */
function requireRunnable(request: Request): void {
  const isTooLarge = JSON.stringify(request).length > MAX_MESSAGE_LENGTH;
  if (isTooLarge || readPageMessage(request) === null) throw new CardwrightError('INVALID_MESSAGE');
  const { method } = request;
  if (!isMethod(method)) throw new CardwrightError('METHOD_NOT_FOUND');
  if (!isPageMethod(method)) throw new CardwrightError('STEP_REQUIRED');
  const { permission } = commands[method];
  // Only a page may send commands without a class, such as `initialize`.
  if (permission === 'none') throw new CardwrightError('METHOD_NOT_FOUND');
  if (permission !== 'read') throw new CardwrightError('PERMISSION_DENIED', { permission });
}
