import { isDevTools, inspectedOrigin } from '../devtools/inspected-page.js';
import { showPanelSwitch } from '../devtools/panel-permission.js';
import { byId } from '../element.js';
import { localize } from '../text.js';
import { BackgroundPort } from './model/background-port.js';
import { siteOfAddress } from './model/site-of-address.js';
import { Workspace } from './workspace.js';

/**
 * Starts the inspector, in a tab or as a panel of the developer tools. The inspector shows the recorded messages between page,
 * extension, host and card.
 */
async function run(): Promise<void> {
  localize(document);
  const workspace = new Workspace(new BackgroundPort());
  document.body.hidden = false;
  await showPanelSwitch(byId('panel', HTMLInputElement));
  const origin = isDevTools() ? await inspectedOrigin() : siteOfAddress(location.hash);
  if (origin !== null) workspace.showOnly(origin);
}

if (window.top === window || isDevTools()) void run();
