import { browser } from './browser.js';

/**
 * Reads a JSON file of the extension's package. Data that are large and seldom needed are in such a file, so that no script contains them.
 * The file is not a module either, because a service worker cannot import a module on demand.
 *
 * @param file path of the file within the package
 */
export async function readPackaged(file: string): Promise<unknown> {
  const response = await fetch(browser.runtime.getURL(file));
  return response.json();
}
