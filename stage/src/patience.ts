import type { Page } from 'puppeteer-core';

/**
 * Milliseconds after which a wait fails. This is long enough for a machine that is ten times slower than usual, and costs nothing on a usual machine,
 * because a wait that succeeds ends at once.
 */
export const PATIENCE_MS = 120_000;

/** Sets the limit of all waits of a page, and returns the page. @param ms by default `PATIENCE_MS` */
export function patiently(page: Page, ms = PATIENCE_MS): Page {
  page.setDefaultTimeout(ms);
  return page;
}
