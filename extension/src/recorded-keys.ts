/** Prefix of the keys under which the trace is stored. */
export const TRACE_KEYS = 'trace:';
/** Key in `storage.session` (in memory) of the last failed commands. */
export const FAILURES_KEY = 'failures';

/**
 * True if a change of the storage concerns only recorded data. No decision depends on them, so nothing needs to be checked again.
 *
 * @param changes the changes by key, as `storage.onChanged` reports them
 */
export const isOnlyRecorded = (changes: object): boolean =>
  Object.keys(changes).every((key) => key === FAILURES_KEY || key.startsWith(TRACE_KEYS));
