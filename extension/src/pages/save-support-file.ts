import { browser } from '../browser.js';

const SIZE = { width: 440, height: 640 } as const;

/** Opens the window that shows and saves a support file, for a button in the extension's own menu. */
export async function saveSupportFile(): Promise<void> {
  await browser.windows.create({ type: 'popup', url: browser.runtime.getURL('pages/bundle.html'), ...SIZE });
}
