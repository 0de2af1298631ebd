import { browser } from '../browser.js';

const SIZE = { width: 440, height: 640 } as const;

/** Opens the window in which a support file is shown and saved, for a button of the extension's own menu. */
export async function saveSupportFile(): Promise<void> {
  await browser.windows.create({ type: 'popup', url: browser.runtime.getURL('pages/bundle.html'), ...SIZE });
}
