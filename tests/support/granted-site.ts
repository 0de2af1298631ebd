import { backgroundOf } from '@cardwright/stage';
import type { Browser } from 'puppeteer-core';

/**
 * Stores the grant of a site as if its user had allowed it. This avoids the window, which `e2e/extension/site-access` tests.
 *
 * @param classes of commands, such as `read`
 */
export async function grantSite(browser: Browser, origin: string, classes: readonly string[]): Promise<void> {
  const answers = { [`site:${origin}`]: { granted: classes, denied: [] } };
  const background = await backgroundOf(browser);
  await background.evaluate(`chrome.storage.local.set(${JSON.stringify(answers)})`);
}
