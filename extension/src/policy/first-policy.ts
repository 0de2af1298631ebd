import { browser } from '../browser.js';

/**
 * Milliseconds for which a newly installed extension waits for its policy at most. Chromium usually tells it 2 to 3 s after the installation.
 * Chromium may take up to 3 minutes if the first page that the user sees keeps loading (`GetFailsafeTimeout` in after_startup_task_utils.cc), and
 * no page can wait that long: `SiteAccess.policyChanged` serves a later policy.
 */
const LIMIT_MS = 4_000;

let arrival: Promise<void> = Promise.resolve();

/**
 * Waits until an extension that the administrator has just installed knows its policy. Resolves at once in any other case.
 *
 * Chromium installs an extension by policy before it tells the extension the rest of its policy: until then, `storage.managed` is empty, as if the
 * administrator had set nothing (w3c/webextensions#547).
 */
export const firstPolicy = (): Promise<void> => arrival;

/** Starts the wait when the extension is installed. Called when the background starts, before anything is awaited. */
export function expectFirstPolicy(): void {
  browser.runtime.onInstalled.addListener(({ reason }) => {
    if (reason === 'install') arrival = arrives();
  });
}

async function arrives(): Promise<void> {
  // Listens before anything is read, so that no change is missed.
  const told = new Promise<void>((resolve) => {
    const listen = (_: object, area: string): void => {
      if (area !== 'managed') return;
      browser.storage.onChanged.removeListener(listen);
      resolve();
    };
    browser.storage.onChanged.addListener(listen);
  });
  if (!(await isExpected())) return;
  await Promise.race([told, new Promise((resolve) => setTimeout(resolve, LIMIT_MS))]);
}

/** True if the administrator installed the extension, and the browser has told it no policy yet. */
async function isExpected(): Promise<boolean> {
  try {
    const { installType } = await browser.management.getSelf();
    return installType === 'admin' && Object.keys(await browser.storage.managed.get()).length === 0;
  } catch {
    // Firefox knows the policy from the beginning, and rejects if the administrator has set nothing. Any other failure meets the next reader.
    return false;
  }
}
