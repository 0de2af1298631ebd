/** Begins the keys under which the trace stores anything. */
export const TRACE_KEYS = 'trace:';
/** In `storage.session`, which is memory: the commands that failed last. */
export const FAILURES_KEY = 'failures';

/**
 * Whether a change of the storage concerns only what was recorded: then nothing is decided otherwise than before, and however much
 * happens, nobody has to look again.
 *
 * @param changes by key, as `storage.onChanged` tells them
 */
export const isOnlyRecorded = (changes: object): boolean =>
  Object.keys(changes).every((key) => key === FAILURES_KEY || key.startsWith(TRACE_KEYS));
