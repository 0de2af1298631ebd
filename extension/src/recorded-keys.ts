/** Prefix of the trace's keys in the storage. */
export const TRACE_KEYS = 'trace:';
/** Key in `storage.session`, which is memory: the last failed commands. */
export const FAILURES_KEY = 'failures';

/**
 * True if a change of the storage only concerns recorded data. No decision changes then, and nobody needs to check again, however much
 * is recorded.
 *
 * @param changes by key, as from `storage.onChanged`
 */
export const isOnlyRecorded = (changes: object): boolean =>
  Object.keys(changes).every((key) => key === FAILURES_KEY || key.startsWith(TRACE_KEYS));
