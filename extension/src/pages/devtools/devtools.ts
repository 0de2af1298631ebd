import { devtools } from './devtools-interface.js';
import { readPanelPermission } from './panel-permission.js';
import { isDevTools } from './inspected-page.js';

/** Adds the inspector as a panel to the developer tools, if the administrator or the user has allowed it. */
async function run(): Promise<void> {
  if ((await readPanelPermission()).isAllowed) {
    // Chromium resolves a path without the leading slash against the root, Firefox against this page.
    await devtools.panels.create('Cardwright', '/icons/32.png', '/pages/inspector.html');
  }
}

if (isDevTools()) void run();
