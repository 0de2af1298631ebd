/** Prefix of the storage keys of the trace: for its record, and for the setting that keeps recording on. */
export const TRACE_KEYS = 'trace:';
/** Key in `storage.session` (in memory) of the last failed commands. */
export const FAILURES_KEY = 'failures';

/**
 * True if a change of the storage concerns only the trace and the failed commands. No decision depends on these, so nothing needs to be
 * checked again.
 *
 * @param changes the changes by key, as `storage.onChanged` reports them
 */
export const isOnlyRecorded = (changes: object): boolean =>
  Object.keys(changes).every((key) => key === FAILURES_KEY || key.startsWith(TRACE_KEYS));
