import type { Page } from 'puppeteer-core';

/** Lets a page look into the clipboard and write to it, as its user can. */
export async function openClipboard(page: Page): Promise<void> {
  const { origin } = new URL(page.url());
  const names = ['clipboard-read', 'clipboard-write'];
  const context = page.browserContext();
  for (const name of names) await context.setPermission(origin, { permission: { name }, state: 'granted' });
}

/** What is in it, after the page came to the front. */
export async function readClipboard(page: Page): Promise<string> {
  await page.bringToFront();
  return page.evaluate(() => navigator.clipboard.readText());
}
