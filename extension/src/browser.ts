/**
 * The browser's extension interface, the same in Chromium and Firefox. Only this module imports the polyfill. The content bridge does
 * without it, because it runs in every page.
 */
import browser from 'webextension-polyfill';

export { browser };
export type { Permissions, Runtime, Tabs } from 'webextension-polyfill';
