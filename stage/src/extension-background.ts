import { isDeepStrictEqual } from 'node:util';
import { CHROMIUM_EXTENSION_ID } from '@cardwright/protocol/identity';
import type { Browser, Target, WebWorker } from 'puppeteer-core';
import { PATIENCE_MS } from './patience.js';
import { until } from './until.js';

const isBackgroundOf =
  (extensionId: string) =>
  (target: Target): boolean =>
    (target.type() as string) === 'service_worker' && target.url().startsWith(`chrome-extension://${extensionId}/`);

/**
 * Waits until the extension's background (its service worker) is running, and returns the background. Chromium starts the background on demand, and
 * ends an idle background.
 */
export async function backgroundOf(browser: Browser, extensionId = CHROMIUM_EXTENSION_ID): Promise<WebWorker> {
  const target = await browser.waitForTarget(isBackgroundOf(extensionId), { timeout: PATIENCE_MS });
  const worker = await target.worker();
  if (worker === null) throw new Error("The extension's background ended before it could be looked at.");
  // Waits for the extension API, which a new background does not have yet.
  await until(() => worker.evaluate('globalThis.chrome?.runtime?.id !== undefined'), {
    what: 'an extension interface',
  });
  return worker;
}

/**
 * Ends the background, as Chromium does when the background hangs or is idle: all ports to pages and hosts close. Chromium starts the background
 * again when a page asks for a session (`hello`). Resolves at once if the background is not running.
 */
export async function stopBackground(browser: Browser): Promise<void> {
  const target = browser.targets().find(isBackgroundOf(CHROMIUM_EXTENSION_ID));
  if (target === undefined) return;
  const gone = new Promise<void>((resolve) => {
    const onGone = (other: Target): void => {
      if (other !== target) return;
      browser.off('targetdestroyed', onGone);
      resolve();
    };
    browser.on('targetdestroyed', onGone);
  });
  const worker = await target.worker();
  await worker?.close();
  await gone;
}

/** A timer of the background with at least this time counts as a wait for the user at a window, in milliseconds. */
const PATIENCE_FOR_PEOPLE_MS = 60_000;

/**
 * Shortens the time for which the extension's windows wait for the user. Applies to the waits that begin after this call, until the
 * background ends.
 *
 * @param milliseconds the new waiting time
 */
export async function hastenWindows(browser: Browser, milliseconds: number): Promise<void> {
  const background = await backgroundOf(browser);
  await background.evaluate(
    (patience, hastened) => {
      const inTime = globalThis.setTimeout.bind(globalThis);
      const sooner = (handler: () => void, delay = 0): unknown => inTime(handler, delay >= patience ? hastened : delay);
      Object.assign(globalThis, { setTimeout: sooner });
    },
    PATIENCE_FOR_PEOPLE_MS,
    milliseconds,
  );
}

/** Waits until `storage.managed` of an installed extension equals `policy`. */
export async function policyArrives(browser: Browser, policy: object, extensionId?: string): Promise<void> {
  const hasArrived = async (): Promise<boolean> => {
    const background = await backgroundOf(browser, extensionId);
    return isDeepStrictEqual(await background.evaluate('chrome.storage?.managed.get() ?? {}'), policy);
  };
  await until(hasArrived, { what: "the extension's policy" });
}
