import { patiently } from '@cardwright/stage';
import type { Browser, Page } from 'puppeteer-core';

/** Returns a page of the browser that shows nothing. Opens one only where there is none, because each new tab starts a process. */
export async function emptyPage(browser: Browser): Promise<Page> {
  const pages = await browser.defaultBrowserContext().pages();
  return patiently(pages.find((page) => page.url() === 'about:blank') ?? (await browser.newPage()));
}
