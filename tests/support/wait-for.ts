/** The part of a browser's page that {@link waitFor} uses. */
export interface Waiting {
  waitForSelector(selector: string, options: { readonly visible: true }): Promise<unknown>;
}

/** Waits until something is visible. Polls every frame, because changes inside a shadow root are not observed otherwise. */
export async function waitFor(page: Waiting, selector: string): Promise<void> {
  await page.waitForSelector(selector, { visible: true });
}
