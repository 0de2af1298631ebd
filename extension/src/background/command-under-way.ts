import type { Progress } from '@cardwright/protocol';

/** The command that a request has reached: its own, or one of its step after the other. */
export class CommandUnderWay {
  /** Its place in the step; undefined outside of one. */
  #index: number | undefined;
  #ended = new AbortController();

  /** Aborts when the command has ended, or when the page has something else to show, such as that a touch is needed. */
  get ended(): AbortSignal {
    return this.#ended.signal;
  }

  follow({ kind, index }: Progress): void {
    if (kind === 'user' || (kind === 'command' && index === this.#index)) return;
    this.#ended.abort();
    this.#ended = new AbortController();
    if (kind === 'command') this.#index = index;
  }

  end(): void {
    this.#ended.abort();
  }
}
