import { isCardwrightError } from '@cardwright/protocol';
import { mobileOffer } from '@cardwright/protocol/mobile';
import type { CmsClient } from '../../cms-client.js';
import { Reopening } from '../reopening.js';
import { isUnderWay, type MobilePane } from './mobile-pane.js';

/**
 * Remembers, in the tab's session storage, that a mobile device is being set up. After a reload of the page, the dialog then opens again by
 * itself.
 */
export class WaitingPhone {
  readonly #note: Reopening;

  /** @param endpoint base address of the CMS */
  constructor(endpoint: string) {
    this.#note = new Reopening(`${endpoint} mobile device`);
  }

  /** Remembers the mobile device of a pane, or forgets it if the pane has none that is being set up. */
  note(pane: MobilePane): void {
    if (isUnderWay(pane) && pane.name !== 'code') this.#note.remember(null);
    else this.#note.forget();
  }

  forget(): void {
    this.#note.forget();
  }

  /**
   * True if a mobile device was remembered and is still being set up. The CMS decides, because someone else may have signed in meanwhile. If the
   * CMS does not answer, false: the user finds the mobile device by opening the dialog.
   */
  async isFound(cms: CmsClient): Promise<boolean> {
    if (!this.#note.take()) return false;
    try {
      return (await cms.request('mobile', mobileOffer)).underWay !== undefined;
    } catch (error) {
      if (!isCardwrightError(error)) throw error;
      return false;
    }
  }
}
