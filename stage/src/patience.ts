import type { Page } from 'puppeteer-core';

/**
 * Milliseconds after which a wait fails. A wait that succeeds ends at once. So this time is long enough for a machine that is ten times slower than
 * usual.
 */
export const PATIENCE_MS = 120_000;

/** Sets `PATIENCE_MS` as the limit of all waits of a page, and returns the page. */
export function patiently(page: Page): Page {
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}
