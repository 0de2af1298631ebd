import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import { pressButton } from '@cardwright/stage';
import type { Browser, Page } from 'puppeteer-core';

/** Opens the extension's menu, as its user does from the toolbar over a page. */
export async function openMenuOver(browser: Browser, page: Page): Promise<Page> {
  await page.bringToFront();
  const extension = (await browser.extensions()).get(CHROMIUM_EXTENSION_ID);
  if (extension === undefined) throw new Error('the extension is not installed');
  const opened = browser.waitForTarget((target) => target.url().endsWith('/pages/popup.html'));
  await page.triggerExtensionAction(extension);
  const menu = await (await opened).asPage();
  await menu.waitForSelector('body:not([hidden])');
  return menu;
}

/** Lets the refused site of a page ask again; the menu then closes. */
export async function letAskAgain(browser: Browser, page: Page): Promise<void> {
  const menu = await openMenuOver(browser, page);
  await menu.waitForSelector('#refused:not([hidden])');
  const closed = new Promise((resolve) => menu.once('close', resolve));
  await pressButton(menu, '#let-ask');
  await closed;
  await page.bringToFront();
}
