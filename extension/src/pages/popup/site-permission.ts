import { browser } from '../../browser.js';
import { byId } from '../element.js';

/**
 * Shows, where the browser keeps the extension from running on the site of the tab in front, a button that asks the user to
 * allow it. Firefox alone tells: there the user can take the sites away that the manifest names, and a page then finds no
 * extension. Chromium keeps its own list of such sites from extensions.
 */
export async function showWithheldSites(section: HTMLElement): Promise<void> {
  if (!('browser_specific_settings' in browser.runtime.getManifest())) return;
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  // The address of a tab is told only where the extension may run; the browser's own pages have none either.
  if (tab?.url !== undefined) return;
  const sites = { origins: sitesOfManifest() };
  if (await browser.permissions.contains(sites)) return;
  byId('allow-sites', HTMLButtonElement).addEventListener('click', () => {
    void browser.permissions.request(sites).then((isAllowed) => {
      section.hidden = isAllowed;
    });
  });
  section.hidden = false;
}

/** Match patterns of the sites on which a page finds the extension. */
const sitesOfManifest = (): string[] =>
  (browser.runtime.getManifest().content_scripts ?? []).flatMap(({ matches }) => matches);
