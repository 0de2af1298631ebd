import type { Browser, Page } from 'puppeteer-core';
import { waitIn } from '../page-search.js';
import { patiently } from '../patience.js';
import { until } from '../until.js';
import type { Bidi } from './bidi.js';

/**
 * Size in pixels that `waitForFirefoxWindow` gives to a window of the extension, similar to the size that users see. Without a display, Firefox opens
 * windows of another size.
 */
const VIEWPORT = { width: 480, height: 640 };
const LOOK_EVERY_MS = 50;

/** Returns the id of a page's browsing context. */
const contextOf = (page: Page): unknown => Reflect.get(page.mainFrame(), '_id');

/** Finds an open page by its address. Asks the browser for addresses, because Puppeteer reports empty addresses for the extension's pages. */
export async function findFirefoxPage(
  browser: Browser,
  bidi: Bidi,
  isIt: (address: string) => boolean,
): Promise<Page | undefined> {
  const found = (await bidi.contexts()).find(({ url }) => isIt(url));
  return found && (await browser.pages()).find((page) => contextOf(page) === found.context);
}

/** Waits for a window of the extension whose address contains `page` as a file or folder name. Resolves once the window shows something. */
export async function waitForFirefoxWindow(browser: Browser, bidi: Bidi, page: string): Promise<Page> {
  const isIt = (address: string): boolean =>
    address.startsWith('moz-extension:') && new URL(address).pathname.split(/[/.]/).includes(page);
  const find = (): Promise<Page | undefined> => findFirefoxPage(browser, bidi, isIt);
  const window = patiently(await until(find, { what: `the extension's window "${page}"` }));
  await waitIn(window, () => document.querySelector('body:not([hidden])') !== null);
  await window.setViewport(VIEWPORT);
  if (!watched.has(window)) tellOfClosing(window, bidi);
  return window;
}

/** Milliseconds after which `openFirefoxPage` gives up Puppeteer's own wait. Puppeteer never reports that a page of an extension has loaded. */
const NAVIGATION_MS = 300;

/** Opens a page of the extension in a new tab, and waits until the page shows something. */
export async function openFirefoxPage(browser: Browser, address: string): Promise<Page> {
  const page = patiently(await browser.newPage());
  await page.goto(address, { timeout: NAVIGATION_MS }).catch(() => null);
  const isShown = (wanted: string): boolean =>
    location.href === wanted && document.querySelector('body:not([hidden])') !== null;
  await until(() => page.evaluate(isShown, address).catch(() => false), { what: address });
  return page;
}

const watched = new WeakSet<Page>();

/** Emits `close` on a window when the window closes by itself. Puppeteer does not report this. */
function tellOfClosing(window: Page, bidi: Bidi): void {
  watched.add(window);
  const id = contextOf(window);
  const isOpen = async (): Promise<boolean> => (await bidi.contexts()).some(({ context }) => context === id);
  const look = (): void => {
    const timer = setTimeout(() => {
      void isOpen().then(
        (open) => (open ? look() : void window.emit('close', undefined)),
        // The browser itself is closed.
        () => window.emit('close', undefined),
      );
    }, LOOK_EVERY_MS);
    timer.unref();
  };
  look();
}
