/** The kinds of browser that the extension is built for: Chromium (Chrome, Edge and others), and Firefox. */
export const BROWSERS = ['chromium', 'firefox'] as const;
export type BrowserKind = (typeof BROWSERS)[number];

/**
 * The oldest supported releases. Chromium 121 has every interface that the extension uses; the newest of them, `URL.canParse`, came
 * with 120. Firefox 142 is the first that supports `data_collection_permissions` on every system.
 */
export const OLDEST = { chromium: '121', firefox: '142' } as const;

/** The global variable that holds each browser's extension interface. Newer releases of Chromium define Firefox's variable, too. */
export const INTERFACES = { chromium: 'globalThis.chrome', firefox: 'globalThis.browser' } as const;

/** The oldest supported browsers, as targets for esbuild. */
export const TARGETS = { chromium: `chrome${OLDEST.chromium}`, firefox: `firefox${OLDEST.firefox}` } as const;
