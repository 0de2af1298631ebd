const OLDEST = 18;

/** Names of systems that do not occur in the User-Agent of an iPhone or iPad. */
const OTHER_SYSTEM = /Android|Windows|CrOS|Linux|X11|Tizen|KAIOS/;
const HANDHELD = /\((?:iPhone|iPad|iPod)/;
/** Names of browsers on a Mac other than Safari. */
const MAC_BROWSER = /\b(?:Chrome|Edg|Firefox|OPR)\//;
/** Names of the same browsers on an iPad. Their `Version/` is not the version of the system. */
const IPAD_BROWSER = /\b(?:CriOS|EdgiOS|FxiOS|OPiOS|OPT)\//;
const SYSTEM_VERSION = /\bOS (\d{1,3})_/;
/** Safari's version, which is the version of the system. */
const SAFARI_VERSION = /\bVersion\/(\d{1,3})/;

/**
 * True if a browser may run on an iPhone or iPad with a supported version. In doubt, returns true, because the phone's signed attributes decide
 * later.
 *
 * - Since Safari 26, the User-Agent gives the system's version as `OS 18_6` or `OS 18_7`, and the true version after `Version/`.
 * - An iPad that requests desktop pages claims to be a Macintosh.
 */
export function mayBeSupported(userAgent: string): boolean {
  if (HANDHELD.test(userAgent)) {
    const versions = [SYSTEM_VERSION, SAFARI_VERSION].flatMap((pattern) => versionIn(userAgent, pattern));
    return versions.length === 0 || Math.max(...versions) >= OLDEST;
  }
  if (OTHER_SYSTEM.test(userAgent)) return false;
  if (!userAgent.includes('Macintosh') || IPAD_BROWSER.test(userAgent)) return true;
  return !MAC_BROWSER.test(userAgent) && versionIn(userAgent, SAFARI_VERSION).every((version) => version >= OLDEST);
}

/** Names of browsers and apps on an iPhone or iPad that end like Safari. */
const OTHER_BROWSER = /\b(?:CriOS|EdgiOS|FxiOS|OPiOS|OPT|OPX|Brave|DuckDuckGo|Ddg|YaBrowser|GSA|Focus|Klar|Coast)\//;

/**
 * True if a browser may be Safari, which alone installs profiles. In doubt, returns true for a browser that claims to be of no Apple device. Browsers
 * on an iPhone or iPad name themselves, and pages within apps lack Safari's version. One that claims to be Safari cannot be told apart.
 */
export function isSafari(userAgent: string): boolean {
  if (!HANDHELD.test(userAgent) && !userAgent.includes('Macintosh')) return true;
  return SAFARI_VERSION.test(userAgent) && /\bSafari\//.test(userAgent) && !OTHER_BROWSER.test(userAgent);
}

function versionIn(userAgent: string, pattern: RegExp): number[] {
  const version = pattern.exec(userAgent)?.[1];
  return version === undefined ? [] : [Number(version)];
}
