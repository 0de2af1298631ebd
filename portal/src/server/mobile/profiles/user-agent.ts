const OLDEST = 18;

/** Systems that no iPhone or iPad says it has. */
const OTHER_SYSTEM = /Android|Windows|CrOS|Linux|X11|Tizen|KAIOS/;
const HANDHELD = /\((?:iPhone|iPad|iPod)/;
/** Browsers on a Mac. On iPads they have the names below, and a `Version/` that means nothing. */
const MAC_BROWSER = /\b(?:Chrome|Edg|Firefox|OPR)\//;
const IPAD_BROWSER = /\b(?:CriOS|EdgiOS|FxiOS|OPiOS|OPT)\//;
const SYSTEM_VERSION = /\bOS (\d{1,3})_/;
/** Safari's, which is that of the system. */
const SAFARI_VERSION = /\bVersion\/(\d{1,3})/;

/**
 * Whether a browser may be that of an iPhone or iPad with a version that is supported. False only where the User-Agent is clear
 * about it; what the phone signs decides.
 *
 * - Since Safari 26 the system's version stands still at `OS 18_6` or `OS 18_7`, and only `Version/` moves.
 * - An iPad that asks for desktop pages says that it is a Macintosh.
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

function versionIn(userAgent: string, pattern: RegExp): number[] {
  const version = pattern.exec(userAgent)?.[1];
  return version === undefined ? [] : [Number(version)];
}
