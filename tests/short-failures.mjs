/** Number of lines that one failure may take: a screen. */
export const MOST_LINES = 40;
/** Lines of a long failure that are kept from its beginning, where the values are, and from its end, where the place is. */
const FIRST = 24;
const LAST = 14;
/** Number of characters of a line. A text that was compared as a whole may be one line. */
export const MOST_CHARACTERS = 400;

/** Begins each failure in what Jest prints of a file. */
const HEAD = /^(?=\s*●)/m;

/**
 * Shortens each failure of a file to {@link MOST_LINES} lines of {@link MOST_CHARACTERS} characters, and says how much it left out.
 *
 * @param {string} message what Jest prints of the file's failures
 */
export const shortenFailures = (message) => message.split(HEAD).map(shortenOne).join('');

/** @param {string} failure */
function shortenOne(failure) {
  const lines = failure.split('\n').map(shortenLine);
  if (lines.length <= MOST_LINES) return lines.join('\n');
  const left = lines.length - FIRST - LAST;
  return [...lines.slice(0, FIRST), `    … ${left} lines are left out …`, ...lines.slice(-LAST)].join('\n');
}

/** @param {string} line */
const shortenLine = (line) =>
  line.length > MOST_CHARACTERS
    ? `${line.slice(0, MOST_CHARACTERS)} … ${line.length - MOST_CHARACTERS} characters are left out`
    : line;
