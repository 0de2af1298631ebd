import { CardwrightError } from '@cardwright/protocol';
import { policyFor } from '../policy/policy-in-force.js';
import type { OwnWindows, WindowOwner } from './own-windows.js';
import type { Asker } from './site-access.js';

/** Milliseconds before a site may have the window opened again. */
const WAIT_MS = 60_000;

/**
 * Opens a window of the extension, at a page's request, in which the user can save a support file. The page learns only that the
 * window opened: neither the file's content nor whether it was saved. No grant is required, because a missing grant may be the
 * problem.
 */
export class BundleOffers {
  /** Time of the last window, by site. */
  readonly #offered = new Map<string, number>();

  constructor(private readonly windows: Pick<OwnWindows, 'ask' | 'requireAllowed'>) {}

  /**
   * @param isActive true if the user did something in the page in the last seconds
   * @throws CardwrightError `WINDOW_NOT_ALLOWED` without activity of the user, in the background, or while another window is open;
   *   `RATE_LIMITED` within a minute of the last window; `SITE_NOT_GRANTED` to a site that policy blocks
   */
  async offer(
    { origin, isPrivate }: Asker,
    owner: WindowOwner,
    { isActive }: { readonly isActive: boolean },
  ): Promise<void> {
    if ((await policyFor(origin)).verdict === 'blocked')
      throw new CardwrightError('SITE_NOT_GRANTED', { consent: 'blocked' });
    if (!isActive) throw new CardwrightError('WINDOW_NOT_ALLOWED');
    const site = `${isPrivate ? 'private ' : ''}${origin}`;
    const ago = Date.now() - (this.#offered.get(site) ?? -Infinity);
    if (ago >= 0 && ago < WAIT_MS) throw new CardwrightError('RATE_LIMITED');
    // Noted before any await, so that the second of two concurrent requests is refused.
    this.#offered.set(site, Date.now());
    try {
      await this.windows.requireAllowed(owner.tabId);
    } catch (error) {
      this.#offered.delete(site);
      throw error;
    }
    // The window outlives the page, because its user is about to save. Its outcome is withheld from the page.
    this.windows.ask('bundle', { origin }, { owner, signal: new AbortController().signal }).catch(() => undefined);
  }
}
