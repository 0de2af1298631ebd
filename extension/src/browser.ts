import type { Browser } from 'webextension-polyfill';

declare global {
  /** Put in by the build: `globalThis.chrome` in Chromium, `globalThis.browser` in Firefox. */
  const BROWSER: Omit<Browser, 'devtools'>;
}

/**
 * The browser's extension interface, the same in Chromium and Firefox: under Manifest V3 both answer with promises. The developer tools
 * do not in Chromium: `pages/devtools/devtools-interface.ts` has them, by the polyfill.
 */
export const browser = BROWSER;

export type { Permissions, Runtime, Tabs } from 'webextension-polyfill';
