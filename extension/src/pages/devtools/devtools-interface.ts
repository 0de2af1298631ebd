import browser from 'webextension-polyfill';

/** The browser's interface for the developer tools. Chromium's interface answers only by callbacks, so a polyfill turns them into promises. */
export const { devtools } = browser;
