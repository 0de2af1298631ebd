import browser from 'webextension-polyfill';

/** The interface of the developer tools. Chromium answers there by callbacks alone, so the polyfill makes promises of them. */
export const { devtools } = browser;
