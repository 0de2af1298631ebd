/** Prefix of the storage keys of the trace: for its record, and for the setting that keeps recording on. */
export const TRACE_KEYS = 'trace:';
/** Key in `storage.session` (in memory) of the last failed commands. */
export const FAILURES_KEY = 'failures';

/** Key in `storage.session` (in memory) of the time at which a waiting update was announced. */
export const UPDATE_KEY = 'update';

/**
 * True if a change of the storage concerns only the trace, the failed commands and a waiting update. What a site may do depends on none of these, so
 * nothing needs to be checked again.
 *
 * @param changes the changes by key, as `storage.onChanged` reports them
 */
export const isOnlyRecorded = (changes: object): boolean =>
  Object.keys(changes).every((key) => key === FAILURES_KEY || key === UPDATE_KEY || key.startsWith(TRACE_KEYS));
