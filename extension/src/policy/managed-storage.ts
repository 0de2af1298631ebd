import { browser } from '../browser.js';
import { readSettings, type ReadPolicy } from './settings.js';

/** Reads the administrator's policy. It can come late, and change at any time, so it is read at every decision. */
export async function readPolicy(): Promise<ReadPolicy> {
  return readSettings(await readManaged());
}

async function readManaged(): Promise<Record<string, unknown>> {
  try {
    return await browser.storage.managed.get();
  } catch (error) {
    // Firefox rejects where no policy is configured; Chromium answers with nothing.
    if (error instanceof Error && /manifest not found/i.test(error.message)) return {};
    throw error;
  }
}
