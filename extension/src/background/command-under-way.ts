import type { Progress } from '@cardwright/protocol/messages';

/**
 * The command that a request is running at the moment: the requested command itself, or, for a request to run a step, the current command
 * of the step.
 */
export class CommandUnderWay {
  /** Index of the command in the step; undefined outside a step. */
  #index: number | undefined;
  #ended = new AbortController();

  /**
   * Signal that is aborted when the command has ended, or when the host reports other progress that the page shows, for example that the
   * user must touch the device.
   */
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
