import { browser } from '../browser.js';

const SIZE = { width: 440, height: 640 } as const;

/** Opens the window that shows a support file and lets the user save it. A button in the extension's own menu opens it. */
export async function saveSupportFile(): Promise<void> {
  await browser.windows.create({ type: 'popup', url: browser.runtime.getURL('pages/bundle.html'), ...SIZE });
}
