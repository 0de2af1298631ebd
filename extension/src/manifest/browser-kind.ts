/** The kinds of browser that the extension is built for: Chrome, Edge and the like, and Firefox. */
export const BROWSERS = ['chromium', 'firefox'] as const;
export type BrowserKind = (typeof BROWSERS)[number];

/**
 * The oldest release of each. Chromium 121 starts the background although the manifest is also for others; Firefox 142 knows
 * `data_collection_permissions` on every system.
 */
export const OLDEST = { chromium: '121', firefox: '142' } as const;

/** What esbuild is to make code for. */
export const TARGETS = { chromium: `chrome${OLDEST.chromium}`, firefox: `firefox${OLDEST.firefox}` } as const;
