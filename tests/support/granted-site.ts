import { backgroundOf } from '@cardwright/stage';
import type { Browser } from 'puppeteer-core';

/**
 * What the extension remembers after its user allowed a site; spares the window, which `e2e/extension/site-access` is about.
 *
 * @param classes of commands, such as `read`
 */
export async function grantSite(browser: Browser, origin: string, classes: readonly string[]): Promise<void> {
  const answers = { [`site:${origin}`]: { granted: classes, denied: [] } };
  const background = await backgroundOf(browser);
  await background.evaluate(`chrome.storage.local.set(${JSON.stringify(answers)})`);
}
