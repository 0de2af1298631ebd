/** Levels whose files print nothing while they pass. */
const QUIET = /^tests\/(unit|engine|simulation|fuzz)\//;

/** What Node prints of a deprecation or another warning of its own, and Jest of a worker that it had to kill. */
const WARNING = /^\(node:\d+\) .*Warning: |^A worker process has failed to exit gracefully/;

/** @param {string} line */
export const isWarning = (line) => WARNING.test(line);

/**
 * Returns whether a file that has passed prints a console block where it must not.
 *
 * @param {string} file from the clone's folder
 * @param {{ numFailingTests: number, console?: readonly unknown[] }} result
 */
export const mustBeQuiet = (file, result) =>
  QUIET.test(file) && result.numFailingTests === 0 && (result.console?.length ?? 0) > 0;
