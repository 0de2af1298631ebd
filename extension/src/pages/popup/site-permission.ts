import { browser } from '../../browser.js';
import { byId } from '../element.js';

/**
 * Shows a button with which the user allows the extension on the sites of its manifest, if the browser does not let the extension run in
 * the current tab. This happens only in Firefox: there, the user can withdraw the permission for these sites, and pages of the sites then
 * find no extension. Chromium hides its own list of such sites from extensions.
 */
export async function showWithheldSites(section: HTMLElement): Promise<void> {
  if (!('browser_specific_settings' in browser.runtime.getManifest())) return;
  const [tab] = await browser.tabs.query({ active: true, currentWindow: true });
  // The address of a tab is visible only if the extension may run there. The addresses of the browser's own pages are therefore hidden,
  // too.
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

/** Lists the match patterns of the sites on which a page finds the extension. */
const sitesOfManifest = (): string[] =>
  (browser.runtime.getManifest().content_scripts ?? []).flatMap(({ matches }) => matches);
