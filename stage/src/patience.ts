import type { Page } from 'puppeteer-core';

/**
 * Milliseconds after which what is waited for will not come any more. A wait that succeeds ends at once, so this is long enough for
 * a machine on which everything takes ten times as long.
 */
export const PATIENCE_MS = 120_000;

/** Has everything that is waited for on a page be waited for patiently, and returns the page. */
export function patiently(page: Page): Page {
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}
