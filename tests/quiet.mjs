/** What Node prints of a deprecation or another warning of its own. */
const WARNING = /^\(node:\d+\) .*Warning: /;

/** @param {string} line */
export const isWarning = (line) => WARNING.test(line);

/**
 * Returns whether a file prints a console block although it has passed.
 *
 * @param {{ numFailingTests: number, console?: readonly unknown[] }} result
 */
export const isLoud = (result) => result.numFailingTests === 0 && (result.console?.length ?? 0) > 0;
