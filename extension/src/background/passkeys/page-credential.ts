import { CardwrightError } from '@cardwright/protocol';
import type { PasskeyOrder } from '../../bridge-message.js';

/** Lets the bridge of one page create passkeys in this page, one at a time. The page itself receives no message about this. */
export class PageCredential {
  #take: ((created: unknown) => void) | null = null;

  /** @param order sends an order over the port of the page's session, so that it reaches no other document */
  constructor(private readonly order: (order: PasskeyOrder) => void) {}

  /**
   * Lets the bridge create one passkey.
   *
   * @returns the bridge's answer, not yet validated
   * @throws CardwrightError `CANCELLED` if the signal is aborted, which also closes the browser's dialog; `WINDOW_NOT_ALLOWED` while
   *   the bridge is creating another passkey
   */
  async create(origin: string, options: object, signal: AbortSignal): Promise<unknown> {
    if (this.#take !== null) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    if (signal.aborted) throw new CardwrightError('CANCELLED');
    const end = new AbortController();
    try {
      return await new Promise((resolve, reject) => {
        this.#take = resolve;
        const cancel = () => {
          this.order({ create: null });
          reject(new CardwrightError('CANCELLED'));
        };
        signal.addEventListener('abort', cancel, { signal: end.signal });
        this.order({ create: { origin, options } });
      });
    } finally {
      end.abort();
      this.#take = null;
    }
  }

  /** Receives the bridge's answer. An answer for which nobody waits is dropped. */
  created(value: unknown): void {
    this.#take?.(value);
  }
}
