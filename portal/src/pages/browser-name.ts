/** The browser and the system that a `User-Agent` names; null for what it does not name. */
export interface BrowserName {
  readonly browser: string | null;
  readonly system: string | null;
}

/** Browsers by a part of their `User-Agent`. A browser also names those on which it is built, so these come later. */
const BROWSERS = [
  ['Edge', /\bEdg(e|A|iOS)?\//],
  ['Opera', /\bOPR\//],
  ['Samsung Internet', /\bSamsungBrowser\//],
  ['Firefox', /\b(Firefox|FxiOS)\//],
  ['Chrome', /\b(Chrome|CriOS|Chromium)\//],
  ['Safari', /\bSafari\//],
] as const;

/** Systems by a part of the `User-Agent`. A phone's system also names the system on which it is built. */
const SYSTEMS = [
  ['iPhone', /\biPhone\b/],
  ['iPad', /\biPad\b/],
  ['Android', /\bAndroid\b/],
  ['Windows', /\bWindows\b/],
  ['macOS', /\bMac OS X\b/],
  ['ChromeOS', /\bCrOS\b/],
  ['Linux', /\bLinux\b/],
] as const;

/**
 * Returns the names of browser and system as people know them. A browser can claim any, so they prove nothing.
 *
 * @example
 * browserNameOf('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0'); // { browser: 'Firefox', system: 'Linux' }
 */
export const browserNameOf = (userAgent: string | null): BrowserName => ({
  browser: BROWSERS.find(([, part]) => part.test(userAgent ?? ''))?.[0] ?? null,
  system: SYSTEMS.find(([, part]) => part.test(userAgent ?? ''))?.[0] ?? null,
});
