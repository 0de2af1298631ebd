import { browser } from '../../browser.js';
import { byId } from '../element.js';
import { showOrigin } from '../origin-line.js';
import { letAskAgain, readRefusedSite } from '../own-background.js';

/**
 * Shows a button that lets the site in the current tab ask again, if the user refused this site.
 *
 * @param onChange called when the list of sites may have changed
 */
export async function showRefusedSite(section: HTMLElement, onChange: () => Promise<void>): Promise<void> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  const origin = tab?.id === undefined ? null : await readRefusedSite(tab.id);
  if (origin === null) return;
  showOrigin(byId('refused-origin', HTMLElement), origin);
  byId('let-ask', HTMLButtonElement).addEventListener('click', () => {
    void letAskAgain(origin)
      .then(onChange)
      // The page asks only after a click in the page, so the menu closes.
      .then(() => window.close());
  });
  section.hidden = false;
}
