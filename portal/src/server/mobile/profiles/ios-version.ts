/** The oldest major version that is supported. */
const OLDEST = 18;
/** Builds of iOS 18 and iPadOS 18 begin with 22. */
const OLDEST_BUILD = 22;

/** For example `22A3354`: the family of the system, a letter for the minor version, a number; a small letter on test versions. */
const BUILD = /^(\d{1,3})[A-Z]\d{1,6}[a-z]?$/;
/** For example `18.1`. Phones send builds; this is for one that does not. */
const DOTTED = /^(\d{1,3})(?:\.\d{1,3}){0,3}$/;

/**
 * Whether a version is that of iOS 18, iPadOS 18 or later. 21 is iOS 17, 22 iOS 18, 23 iOS 26, 24 iOS 27.
 *
 * @param version the attribute VERSION of a phone's answer
 */
export function isSupported(version: string): boolean {
  const build = BUILD.exec(version)?.[1];
  if (build !== undefined) return Number(build) >= OLDEST_BUILD;
  const major = DOTTED.exec(version)?.[1];
  return major !== undefined && Number(major) >= OLDEST;
}
