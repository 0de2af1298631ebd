import { isCardwrightError } from '@cardwright/protocol';
import { connect } from '../connect.js';

/**
 * Waits until a site that its user refused may ask again. Only the user allows that, in the extension's menu. So this checks whenever
 * the user comes back to the page, and when the user wishes.
 */
export class RefusalWatch {
  #look: (isWished: boolean) => void = () => undefined;

  /** @param show called with true if the site is still refused although the user has tried again */
  constructor(
    private readonly signal: AbortSignal,
    private readonly show: (isStill: boolean) => void,
  ) {}

  /** Resolves when the refusal is over, or the signal is aborted. */
  async end(): Promise<void> {
    this.show(false);
    for (;;) {
      const isWished = await this.#occasion();
      if (this.signal.aborted || !(await isRefused(this.signal))) return;
      if (isWished) this.show(true);
    }
  }

  /** Checks now, as the user wishes. */
  refresh(): void {
    this.#look(true);
  }

  /** Waits for an occasion to check. Returns false if the user only came back to the page. */
  async #occasion(): Promise<boolean> {
    const over = new AbortController();
    const { signal } = over;
    try {
      return await new Promise<boolean>((resolve) => {
        this.#look = resolve;
        const comeBack = (): void => resolve(false);
        window.addEventListener('focus', comeBack, { signal });
        document.addEventListener('visibilitychange', comeBack, { signal });
        this.signal.addEventListener('abort', comeBack, { signal });
      });
    } finally {
      over.abort();
    }
  }
}

/** True if the user refused the site and has not let it ask since. */
async function isRefused(signal: AbortSignal): Promise<boolean> {
  try {
    const client = await connect({ signal });
    client.close();
    return false;
  } catch (error) {
    return isCardwrightError(error, 'SITE_NOT_GRANTED') && error.data.consent === 'denied';
  }
}
