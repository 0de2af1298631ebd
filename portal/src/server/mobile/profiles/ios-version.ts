/** The oldest supported major version of iOS and iPadOS. */
const OLDEST = 18;
/** Builds of iOS 18 and iPadOS 18 begin with 22. */
const OLDEST_BUILD = 22;

/** A build such as `22A3354`: system family, a letter for the minor version, a number. Test versions end with a small letter. */
const BUILD = /^(\d{1,3})[A-Z]\d{1,6}[a-z]?$/;
/** A version such as `18.1`, which a phone might send instead of a build. */
const DOTTED = /^(\d{1,3})(?:\.\d{1,3}){0,3}$/;

/**
 * True for iOS 18, iPadOS 18 or later. Builds that begin with 21 are of iOS 17, 22 of iOS 18, 23 of iOS 26, 24 of iOS 27.
 *
 * @param version attribute VERSION of a phone's answer
 */
export function isSupported(version: string): boolean {
  const build = BUILD.exec(version)?.[1];
  if (build !== undefined) return Number(build) >= OLDEST_BUILD;
  const major = DOTTED.exec(version)?.[1];
  return major !== undefined && Number(major) >= OLDEST;
}
