import path from 'node:path';
import { withoutUnread } from './without-unread.mjs';

/** The folder of the scripts' sources. */
export const SOURCES = path.join(import.meta.dirname, 'src');
export const BACKGROUND = path.join(SOURCES, 'background', 'main.ts');
/** @param {string} page */
export const scriptOf = (page) => path.join(SOURCES, 'pages', page, `${page}.ts`);

/** The page that loads the parts that it does not show at first when they are needed. */
export const SPLIT_PAGE = 'inspector';

/** Maximum size of the bridge (bytes, minified), because it runs before every page's own scripts. */
export const MAX_BRIDGE_BYTES = 2048;

/**
 * Options of esbuild for all scripts of one browser's package.
 *
 * @param {'chromium' | 'firefox'} browser
 */
export async function commonOptions(browser) {
  const { INTERFACES, TARGETS } = await import('./dist/manifest/index.js');
  return {
    bundle: true,
    minify: true,
    legalComments: 'none',
    logLevel: 'warning',
    target: TARGETS[browser],
    // esbuild means the properties of the newest Unicode, and would write `new RegExp(…)`, which it never leaves out.
    supported: { 'regexp-unicode-property-escapes': true },
    define: { BROWSER: INTERFACES[browser] },
  };
}

/**
 * The same for modules: the background and most pages are one file each, because a service worker loads nothing later; one page is split.
 *
 * @param {'background' | 'pages' | 'split page'} bundle
 * @param {'chromium' | 'firefox'} browser
 */
export const moduleOptions = async (bundle, browser) => ({
  ...(await commonOptions(browser)),
  format: 'esm',
  ...(bundle === 'split page' && { splitting: true, chunkNames: `pages/${SPLIT_PAGE}/[name]-[hash]` }),
  plugins: [withoutUnread(bundle === 'background' ? 'background' : 'pages')],
});
