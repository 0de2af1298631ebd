import { browser } from '../browser.js';

/** What the administrator wrote, as the browser hands it over. */
export async function readManaged(): Promise<Record<string, unknown>> {
  try {
    return await browser.storage.managed.get();
  } catch (error) {
    // Firefox rejects where no policy is configured; Chromium answers with nothing.
    if (error instanceof Error && /manifest not found/i.test(error.message)) return {};
    throw error;
  }
}
