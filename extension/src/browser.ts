import type { Browser } from 'webextension-polyfill';

declare global {
  /** Inserted by the build: `globalThis.chrome` in Chromium, `globalThis.browser` in Firefox. */
  const BROWSER: Omit<Browser, 'devtools'>;
}

/**
 * The browser's extension interface. Under Manifest V3, Chromium and Firefox both answer with promises. The only exception is the
 * interface of the developer tools in Chromium, which `pages/devtools/devtools-interface.ts` wraps with a polyfill.
 */
export const browser = BROWSER;

export type { Permissions, Runtime, Tabs } from 'webextension-polyfill';
