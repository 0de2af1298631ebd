import { CardwrightError } from '@cardwright/protocol';

/** One question to the user. Several callers may wait for its answer. When no caller waits any longer, the question is withdrawn. */
export class SharedQuestion<A> {
  readonly #withdrawn = new AbortController();
  readonly #answer: Promise<A>;
  #askers = 0;

  constructor(ask: (withdrawn: AbortSignal) => Promise<A>) {
    this.#answer = ask(this.#withdrawn.signal);
    // Every caller gets the failure from `join`. This handler only keeps the browser from reporting the failure as unhandled.
    this.#answer.catch(() => null);
  }

  /** Waits for the answer. Resolves or rejects as the question does. Rejects with `CANCELLED` if this caller's signal is aborted first. */
  join(signal: AbortSignal): Promise<A> {
    this.#askers += 1;
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#askers -= 1;
        if (this.#askers === 0) this.#withdrawn.abort();
        reject(new CardwrightError('CANCELLED'));
      };
      if (signal.aborted) leave();
      signal.addEventListener('abort', leave, { once: true });
      this.#answer.then(resolve, reject).finally(() => {
        signal.removeEventListener('abort', leave);
      });
    });
  }
}
