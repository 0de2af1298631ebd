import { isCardwrightError } from '@cardwright/protocol';
import { connect } from '../connect.js';

/**
 * Waits until a site that the user refused may ask for access again. The user can allow this only in the extension's menu. Therefore
 * this checks whenever the user comes back to the page, and whenever the user wishes.
 */
export class RefusalWatch {
  #look: (isWished: boolean) => void = () => undefined;

  /** @param show called with true if the site is still refused although the user has tried again */
  constructor(
    private readonly signal: AbortSignal,
    private readonly show: (isStill: boolean) => void,
  ) {}

  /** Resolves when the site may ask again, or when the signal is aborted. */
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

  /** Waits until it is time to check. Returns true if the user wished it, and false if the user only came back to the page. */
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

/** True if the user refused the site, and has not let it ask again since. */
async function isRefused(signal: AbortSignal): Promise<boolean> {
  try {
    const client = await connect({ signal });
    client.close();
    return false;
  } catch (error) {
    return isCardwrightError(error, 'SITE_NOT_GRANTED') && error.data.consent === 'denied';
  }
}
