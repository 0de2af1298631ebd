import { browser } from './browser.js';

/**
 * Reads data that the package stores beside its scripts, because they are large and seldom needed. A service worker cannot import
 * modules later.
 *
 * @param file its path within the package; JSON
 */
export async function readPackaged(file: string): Promise<unknown> {
  const response = await fetch(browser.runtime.getURL(file));
  return response.json();
}
