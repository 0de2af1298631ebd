import { isCardwrightError } from '@cardwright/protocol';
import { connect } from '../connect.js';

/**
 * Waits until a site that the user refused may ask for access again. The user can allow this in the extension's menu, but the page is not
 * notified. So the watch checks whenever the user comes back to the page, and whenever the user wishes.
 */
export class RefusalWatch {
  #look: (isWished: boolean) => void = () => undefined;

  /** @param show called with false when the wait begins, and with true whenever a check that the user wished finds the site still refused */
  constructor(
    private readonly signal: AbortSignal,
    private readonly show: (isStill: boolean) => void,
  ) {}

  /** Resolves when the site may ask again, when a check fails for another reason, or when the signal is aborted. */
  async end(): Promise<void> {
    this.show(false);
    for (;;) {
      const isWished = await this.#occasion();
      if (this.signal.aborted || !(await isRefused(this.signal))) return;
      if (isWished) this.show(true);
    }
  }

  /** Checks now, because the user wishes it. */
  refresh(): void {
    this.#look(true);
  }

  /**
   * Waits until it is time to check. Returns true if the user wished the check, and false if the user only came back to the page or the
   * signal was aborted.
   */
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

/** True if the user refused the site, and has not let the site ask again since. False also if the check fails for another reason. */
async function isRefused(signal: AbortSignal): Promise<boolean> {
  try {
    const client = await connect({ signal });
    client.close();
    return false;
  } catch (error) {
    return isCardwrightError(error, 'SITE_NOT_GRANTED') && error.data.consent === 'denied';
  }
}
