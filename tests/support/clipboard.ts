import type { Page } from 'puppeteer-core';

/** Lets a page read and write the clipboard, as its user can. */
export async function openClipboard(page: Page): Promise<void> {
  const { origin } = new URL(page.url());
  const names = ['clipboard-read', 'clipboard-write'];
  const context = page.browserContext();
  for (const name of names) await context.setPermission(origin, { permission: { name }, state: 'granted' });
}

/** Brings the page to the front and reads the clipboard. */
export async function readClipboard(page: Page): Promise<string> {
  await page.bringToFront();
  return page.evaluate(() => navigator.clipboard.readText());
}
