import { browser } from './browser.js';

/**
 * Reads a JSON file that the package stores beside its scripts, because it is large and seldom needed. A module cannot be used for
 * this, because a service worker cannot import one later.
 *
 * @param file path of the file within the package
 */
export async function readPackaged(file: string): Promise<unknown> {
  const response = await fetch(browser.runtime.getURL(file));
  return response.json();
}
