import { setTimeout as pause } from 'node:timers/promises';
import type { Page } from 'puppeteer-core';

/** Milliseconds after which the last batch has arrived. */
const BATCH_MS = 300;

declare const chrome: { runtime: { connect(options: object): InspectorPort } };
declare const inspector: { readonly heard: unknown[] };

interface InspectorPort {
  readonly onMessage: { addListener(listener: (message: unknown) => void): void };
  postMessage(message: object): void;
}

/**
 * Opens the port of an inspector in a page of the extension, which starts the recording of messages and, if wanted, APDUs.
 *
 * @returns a function that returns everything received, as JSON
 */
export async function followTrace(page: Page, { apdus = false } = {}): Promise<() => Promise<string>> {
  await page.evaluate((wanted) => {
    const heard: unknown[] = [];
    const port = chrome.runtime.connect({ name: 'inspector' });
    port.onMessage.addListener((message) => heard.push(message));
    if (wanted) port.postMessage({ type: 'record', recording: { apdus: true } });
    Object.assign(globalThis, { inspector: { heard, port } });
  }, apdus);
  return async () => {
    await pause(BATCH_MS);
    return page.evaluate(() => JSON.stringify(inspector.heard));
  };
}
