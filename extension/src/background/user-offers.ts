import { CardwrightError } from '@cardwright/protocol';
import { browser } from '../browser.js';
import { policyFor } from '../policy/policy-in-force.js';
import { logDefect } from './log.js';
import type { OwnWindows, WindowOwner } from './own-windows.js';
import type { Asker } from './site-access.js';

/** Milliseconds after which a site may open the same page of the extension again. */
const WAIT_MS = { bundle: 60_000, trace: 5_000 } as const;

/** The user's activity in the page: `isActive` is set if the user did something there in the last seconds. */
interface Activity {
  readonly isActive: boolean;
}

/**
 * Opens pages of the extension for the user, at a page's request. The page learns only that a page of the extension was opened. No grant is
 * required, because a missing grant may be the problem.
 *
 * `bundle` and `trace` throw a CardwrightError: `WINDOW_NOT_ALLOWED` if the user has not just acted in the page, if the user does not see
 * the page, or while the page's tab has another window of the extension; `RATE_LIMITED` within `WAIT_MS` after the last time;
 * `SITE_NOT_GRANTED` to a site that policy blocks.
 */
export class UserOffers {
  /** Time of the last opening, by offer and site. */
  readonly #offered = new Map<string, number>();

  constructor(private readonly windows: Pick<OwnWindows, 'ask' | 'requireAllowed'>) {}

  /** Opens a window in which the user can save a support file. The page learns neither the file's content nor whether the file was saved. */
  async bundle(site: Asker, owner: WindowOwner, activity: Activity): Promise<void> {
    await this.#take('bundle', site, activity);
    // The window stays open if the user leaves the page, because the user is about to save the file. What the user does there is withheld
    // from the page, so the answer is not awaited.
    const signal = new AbortController().signal;
    this.windows.ask('bundle', { origin: site.origin }, { owner, signal }).catch(() => undefined);
  }

  /**
   * Opens an inspector for the site, always in a new tab. If an open inspector came to the front instead, the page could tell that an
   * inspector was open. For a private window the address does not name the site, because the new tab opens in an ordinary window, whose
   * history is kept.
   */
  async trace(site: Asker, activity: Activity): Promise<void> {
    await this.#take('trace', site, activity);
    const url = browser.runtime.getURL(`pages/inspector.html${site.isPrivate ? '' : `#${site.origin}`}`);
    browser.tabs.create({ url }).catch((error: unknown) => logDefect('the inspector cannot be opened', error));
  }

  async #take(offer: keyof typeof WAIT_MS, { origin, isPrivate, tabId }: Asker, { isActive }: Activity): Promise<void> {
    if ((await policyFor(origin)).verdict === 'blocked')
      throw new CardwrightError('SITE_NOT_GRANTED', { consent: 'blocked' });
    if (!isActive) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    const key = `${offer} ${isPrivate} ${origin}`;
    const ago = Date.now() - (this.#offered.get(key) ?? -Infinity);
    if (ago >= 0 && ago < WAIT_MS[offer]) throw new CardwrightError('RATE_LIMITED');
    // Nothing is awaited between the check and this assignment, so that the second of two concurrent requests is refused.
    this.#offered.set(key, Date.now());
    try {
      await this.windows.requireAllowed(tabId);
    } catch (error) {
      this.#offered.delete(key);
      throw error;
    }
  }
}
