import { CardwrightError } from '@cardwright/protocol';
import type { PasskeyOrder } from '../../bridge-message.js';

/** Has the bridge of one page create a passkey there, one at a time. The page itself hears nothing of it. */
export class PageCredential {
  #take: ((created: unknown) => void) | null = null;

  /** @param order over the port of the page's session, so that it reaches no other document */
  constructor(private readonly order: (order: PasskeyOrder) => void) {}

  /**
   * @returns what the bridge answers, still to be read
   * @throws CardwrightError `CANCELLED` with the signal, by which the browser's dialog is closed
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

  /** Takes what the bridge says; what nobody waits for is dropped. */
  created(value: unknown): void {
    this.#take?.(value);
  }
}
