import * as v from 'valibot';

/**
 * A protocol version. A new major version may be incompatible with the former; a new minor version only adds features. Protocol versions are
 * independent of product versions.
 */
export const protocolVersion = v.strictObject({
  major: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(999)),
  minor: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(999)),
});
export type ProtocolVersion = v.InferOutput<typeof protocolVersion>;

/** The versions that one side supports, both ends included. */
export const protocolRange = v.strictObject({ min: protocolVersion, max: protocolVersion });
export type ProtocolRange = v.InferOutput<typeof protocolRange>;

/** The versions that this package supports. */
export const PROTOCOL_RANGE: ProtocolRange = { min: { major: 3, minor: 0 }, max: { major: 3, minor: 2 } };

const compare = (a: ProtocolVersion, b: ProtocolVersion): number => a.major - b.major || a.minor - b.minor;

/**
 * True if a version has the features that version `since` introduced. A side that speaks an earlier version refuses these features.
 *
 * @example
 * isSince(PROTOCOL_RANGE.max, { major: 3, minor: 1 }); // true
 */
export const isSince = (version: ProtocolVersion, since: ProtocolVersion): boolean => compare(version, since) >= 0;

/** The outcome of comparing two ranges: the highest common version, or the side whose versions are too old. */
export type Agreement = { version: ProtocolVersion } | { older: 'ours' | 'theirs' };

/**
 * Returns the highest version that both ranges contain. If there is no such version, returns the side whose versions are too old.
 *
 * @example
 * const theirs = { min: { major: 3, minor: 0 }, max: { major: 3, minor: 1 } };
 * agreeOnVersion(PROTOCOL_RANGE, theirs); // { version: { major: 3, minor: 1 } }
 */
export function agreeOnVersion(ours: ProtocolRange, theirs: ProtocolRange): Agreement {
  const version = compare(ours.max, theirs.max) <= 0 ? ours.max : theirs.max;
  if (compare(version, ours.min) >= 0 && compare(version, theirs.min) >= 0) return { version };
  return { older: compare(ours.max, theirs.max) < 0 ? 'ours' : 'theirs' };
}
