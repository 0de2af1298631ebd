/** The part of a browser's page that {@link waitFor} uses. */
export interface Waiting {
  waitForSelector(selector: string, options: { readonly visible: true }): Promise<unknown>;
}

/** Number of clicks, one after the other; 1 if left out. */
interface Clicks {
  readonly count?: number;
}

/** The part of a browser's page that {@link click} and {@link fill} use. */
export interface Operable extends Waiting {
  locator(selector: string): { click(options?: Clicks): Promise<void>; fill(text: string): Promise<void> };
}

/** Waits until something is visible. Polls every frame, because changes inside a shadow root are not observed otherwise. */
export async function waitFor(page: Waiting, selector: string): Promise<void> {
  await page.waitForSelector(selector, { visible: true });
}

/** Clicks on something once it is visible. A locator alone would wait for an element in a shadow root in vain, if it comes later. */
export async function click(page: Operable, selector: string, clicks: Clicks = {}): Promise<void> {
  await waitFor(page, selector);
  await page.locator(selector).click(clicks);
}

/** Fills a field once it is visible. */
export async function fill(page: Operable, selector: string, text: string): Promise<void> {
  await waitFor(page, selector);
  await page.locator(selector).fill(text);
}
