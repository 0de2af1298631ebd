import { CardwrightError } from '@cardwright/protocol';
import type { OwnWindows, WindowOwner } from './own-windows.js';
import { policyFor } from './policy.js';
import type { Asker } from './site-access.js';

/** Milliseconds for which a site that had the window opened may not have it opened again. */
const WAIT_MS = 60_000;

/**
 * Offers the user, at a page's wish, to save a support file in a window of the extension. The page learns only that the window may
 * open: nothing of the file, nor whether it was saved. It works before the site is granted anything, since that may be the problem.
 */
export class BundleOffers {
  /** When each site had it opened last. */
  readonly #offered = new Map<string, number>();

  constructor(private readonly windows: Pick<OwnWindows, 'ask' | 'requireAllowed'>) {}

  /**
   * @param isActive whether the user did something in the page in the last seconds
   * @throws CardwrightError `WINDOW_NOT_ALLOWED` without that, in the background, or while another window is open; `RATE_LIMITED`
   * within a minute of the last one; `SITE_NOT_GRANTED` to a site that policy blocks
   */
  async offer({ origin, isPrivate }: Asker, owner: WindowOwner, isActive: boolean): Promise<void> {
    if ((await policyFor(origin)).verdict === 'blocked')
      throw new CardwrightError('SITE_NOT_GRANTED', { consent: 'blocked' });
    if (!isActive) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    const site = `${isPrivate ? 'private ' : ''}${origin}`;
    const ago = Date.now() - (this.#offered.get(site) ?? -Infinity);
    if (ago >= 0 && ago < WAIT_MS) throw new CardwrightError('RATE_LIMITED');
    // Before anything is waited for: of two requests at once, the second one comes too soon.
    this.#offered.set(site, Date.now());
    try {
      await this.windows.requireAllowed(owner.tabId);
    } catch (error) {
      this.#offered.delete(site);
      throw error;
    }
    // It stays when the page goes: its user is about to save. However it ends is none of the page's business.
    this.windows.ask('bundle', { origin }, owner, new AbortController().signal).catch(() => undefined);
  }
}
