/** The oldest supported major version of iOS and iPadOS. */
const OLDEST = 18;
/** Builds of iOS 18 and iPadOS 18 begin with 22. */
const OLDEST_BUILD = 22;

/** A build such as `22A3354`: family of versions, a letter for the minor version, a number. Test versions end with a small letter. */
const BUILD = /^(\d{1,3})([A-Z])(\d{1,6}[a-z]?)$/;
/** The number of a test version. Security updates between two versions have longer numbers that end with a small letter, too. */
const BETA = /^5\d{3}[a-z]$/;
/** A version such as `18.1`, which a phone might send instead of a build. */
const DOTTED = /^(\d{1,3})(?:\.\d{1,3}){0,3}$/;

/**
 * Major versions of iOS and iPadOS by the family of their builds, and minor versions in the order of the letters. The figures are those of AppleDB
 * (github.com/littlebyteorg/appledb, `osFiles/iOS` and `osFiles/iPadOS`), which collects them from Apple's updates; Apple publishes no list. The letters
 * are no rule: of iOS 27, whose versions are not all known, B is 27.2. A third number, as in 18.0.1, cannot be read from a build.
 */
const FAMILIES: ReadonlyMap<number, { readonly major: number; readonly minorLetters: string }> = new Map([
  [22, { major: 18, minorLetters: 'ABCDEFGH' }],
  [23, { major: 26, minorLetters: 'ABCDEFGH' }],
  [24, { major: 27, minorLetters: '' }],
]);

/** The system of a phone, as people know it. */
export interface PhoneSystem {
  readonly name: 'iOS' | 'iPadOS';
  /** Version as far as it is known, such as `18.0` or `27`; null if nothing is known. */
  readonly version: string | null;
  readonly isBeta: boolean;
  /** The attribute VERSION as the phone signed it: a build, which Settings shows beside the version, or the version itself. */
  readonly signed: string;
}

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

/**
 * Names the system of a phone.
 *
 * @param model product name of the phone (`modelOf`)
 * @param version attribute VERSION of the phone's answer
 */
export function systemOf(model: string, version: string): PhoneSystem {
  const name = model.startsWith('iPad') ? 'iPadOS' : 'iOS';
  if (DOTTED.test(version)) return { name, version, isBeta: false, signed: version };
  const [, family, letter = '', number = ''] = BUILD.exec(version) ?? [];
  return { name, version: versionOf(Number(family), letter), isBeta: BETA.test(number), signed: version };
}

/** Returns the version of a family of builds, with its minor version if the letter is known. Returns null if the family is not known. */
function versionOf(family: number, letter: string): string | null {
  const known = FAMILIES.get(family);
  if (!known) return null;
  const minor = known.minorLetters.indexOf(letter);
  return minor < 0 ? `${known.major}` : `${known.major}.${minor}`;
}
