import { browser } from '../browser.js';

/** Reads the administrator's settings, as the browser returns them; an empty object if the administrator has set nothing. */
export async function readManaged(): Promise<Record<string, unknown>> {
  try {
    return await browser.storage.managed.get();
  } catch (error) {
    // If no policy is configured, Firefox rejects, and Chromium returns an empty object.
    if (error instanceof Error && /manifest not found/i.test(error.message)) return {};
    throw error;
  }
}
