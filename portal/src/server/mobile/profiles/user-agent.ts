const OLDEST = 18;

/** Names of systems that no iPhone or iPad claims to have. */
const OTHER_SYSTEM = /Android|Windows|CrOS|Linux|X11|Tizen|KAIOS/;
const HANDHELD = /\((?:iPhone|iPad|iPod)/;
/** Names of browsers on a Mac other than Safari. */
const MAC_BROWSER = /\b(?:Chrome|Edg|Firefox|OPR)\//;
/** Names of the same browsers on an iPad. Their `Version/` says nothing about the system. */
const IPAD_BROWSER = /\b(?:CriOS|EdgiOS|FxiOS|OPiOS|OPT)\//;
const SYSTEM_VERSION = /\bOS (\d{1,3})_/;
/** Safari's version, which is the version of the system. */
const SAFARI_VERSION = /\bVersion\/(\d{1,3})/;

/**
 * True if a browser may run on an iPhone or iPad with a supported version. False only if the User-Agent clearly says that the browser does not.
 * The phone's signed attributes decide later.
 *
 * - Since Safari 26 the system's version is frozen at `OS 18_6` or `OS 18_7`, and only `Version/` moves.
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

function versionIn(userAgent: string, pattern: RegExp): number[] {
  const version = pattern.exec(userAgent)?.[1];
  return version === undefined ? [] : [Number(version)];
}
