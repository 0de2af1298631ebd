import { browser } from '../../browser.js';
import { byId } from '../element.js';
import { showOrigin } from '../origin-line.js';
import { forgetSite, readSiteOfTab } from '../own-background.js';
import { describeSite } from '../site-list.js';

/**
 * Shows the rights of the site in the current tab, and the rule that decided: policy, or the user's own answer, which can be revoked
 * here. Shows nothing if the tab has no open session and policy blocked no site there.
 *
 * @param onChange called when the list of sites may have changed
 */
export async function showCurrentSite(section: HTMLElement, onChange: () => Promise<void>): Promise<void> {
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  const site = tab?.id === undefined ? null : await readSiteOfTab(tab.id);
  section.hidden = site === null;
  if (site === null) return;
  showOrigin(byId('current-origin', HTMLElement), site.origin);
  byId('current-rule', HTMLElement).textContent = describeSite(site);
  const forget = byId('current-forget', HTMLButtonElement);
  forget.hidden = site.byPolicy || site.granted.length === 0;
  forget.onclick = () => {
    void forgetSite(site.origin)
      .then(() => showCurrentSite(section, onChange))
      .then(onChange)
      .then(() => byId('sites-title', HTMLElement).focus());
  };
}
