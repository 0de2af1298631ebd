import { CardwrightError } from '@cardwright/protocol';
import { browser } from '../browser.js';
import { policyFor } from '../policy/policy-in-force.js';
import { logDefect } from './log.js';
import type { OwnWindows, WindowOwner } from './own-windows.js';
import type { Asker } from './site-access.js';

/** Milliseconds before a site may have the same opened again. */
const WAIT_MS = { bundle: 60_000, trace: 5_000 } as const;

/** The activity of the page's user: set if the user did something in the page in the last seconds. */
interface Activity {
  readonly isActive: boolean;
}

/**
 * Opens pages of the extension for the user, at a page's request. The page learns only that something opened. No grant is required,
 * because a missing grant may be the problem.
 *
 * Both methods throw a CardwrightError: `WINDOW_NOT_ALLOWED` without activity of the user, in the background, or while another window
 * is open; `RATE_LIMITED` too soon after the last time; `SITE_NOT_GRANTED` to a site that policy blocks.
 */
export class UserOffers {
  /** Time of the last opening, by offer and site. */
  readonly #offered = new Map<string, number>();

  constructor(private readonly windows: Pick<OwnWindows, 'ask' | 'requireAllowed'>) {}

  /** Opens a window in which the user can save a support file. The page learns neither its content nor whether it was saved. */
  async bundle(site: Asker, owner: WindowOwner, activity: Activity): Promise<void> {
    await this.#take('bundle', site, activity);
    // The window outlives the page, because its user is about to save. Its outcome is withheld from the page.
    const signal = new AbortController().signal;
    this.windows.ask('bundle', { origin: site.origin }, { owner, signal }).catch(() => undefined);
  }

  /**
   * Opens an inspector for the site. It is always a new tab: if an open inspector came to the front instead, the page could see that
   * there was one. The address names no site of a private window, because the tab opens in an ordinary one, whose history is kept.
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
    // Nothing is awaited between the check and this note, so that the second of two concurrent requests is refused.
    this.#offered.set(key, Date.now());
    try {
      await this.windows.requireAllowed(tabId);
    } catch (error) {
      this.#offered.delete(key);
      throw error;
    }
  }
}
