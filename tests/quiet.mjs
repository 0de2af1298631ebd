/** What Node prints of a deprecation or another warning of its own. */
const WARNING = /^\(node:\d+\) .*Warning: /;
/** What Jest prints of a worker that took more than half a second to end. On a busy machine a sound worker does. */
const SLOW_END = /^A worker process has failed to exit gracefully/;

/** @param {string} line */
export const isWarning = (line) => WARNING.test(line);

/** @param {string} line */
export const isSlowEnd = (line) => SLOW_END.test(line);

/**
 * Returns whether a file prints a console block although it has passed.
 *
 * @param {{ numFailingTests: number, console?: readonly unknown[] }} result
 */
export const isLoud = (result) => result.numFailingTests === 0 && (result.console?.length ?? 0) > 0;
