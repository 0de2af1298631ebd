import { CardwrightError } from '@cardwright/protocol';

/** One question to the user that several callers wait for. It is withdrawn when the last of them has gone. */
export class SharedQuestion<A> {
  readonly #withdrawn = new AbortController();
  readonly #answer: Promise<A>;
  #askers = 0;

  constructor(ask: (withdrawn: AbortSignal) => Promise<A>) {
    this.#answer = ask(this.#withdrawn.signal);
    // Every caller gets the failure from `join`. This only keeps the browser from reporting it as unhandled.
    this.#answer.catch(() => null);
  }

  /** Resolves or rejects with the answer, or rejects with `CANCELLED` once this caller has gone. */
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
