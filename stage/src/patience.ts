import type { Page } from 'puppeteer-core';

/**
 * Milliseconds after which a wait fails. A wait that succeeds ends at once, so this can be long enough for a machine on which everything
 * takes ten times as long.
 */
export const PATIENCE_MS = 120_000;

/** Sets this limit for all waits of a page, and returns the page. */
export function patiently(page: Page): Page {
  page.setDefaultTimeout(PATIENCE_MS);
  return page;
}
