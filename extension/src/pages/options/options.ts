import { browser } from '../../browser.js';
import { isOnlyRecorded } from '../../recorded-keys.js';
import { shownVersion } from '../../shown-version.js';
import { byId } from '../element.js';
import { showContact } from '../help-desk.js';
import { showSites } from '../site-list.js';
import { showUnreadableSettings } from './unreadable-settings.js';
import { localize, t } from '../text.js';

/**
 * Shows the extension's settings: the sites that policy allows or about which the user has decided, the help desk, and the unreadable parts
 * of the policy.
 */
async function run(): Promise<void> {
  localize(document);
  byId('version', HTMLElement).textContent = t('version', shownVersion());
  const show = () => showSites(byId('sites', HTMLUListElement), byId('no-sites', HTMLElement));
  document.body.hidden = false;
  const showAll = () => Promise.all([show(), showContact(), showUnreadableSettings()]);
  await showAll();
  // The menu or another tab may change a decision meanwhile.
  browser.storage.onChanged.addListener((changes) => {
    if (!isOnlyRecorded(changes)) void showAll();
  });
}

if (window.top === window) void run();
