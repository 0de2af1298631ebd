/**
 * Maximum number of changed letters. In a short name, at most a third of the letters may be changed. A name with more changes was probably meant
 * as a different word.
 */
const MOST_CHANGES = 3;

/** Returns the known name that was most likely meant. Returns undefined if no known name is similar. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const [nearest] = known
    .map((one) => ({ one, changes: changesBetween(name, one) }))
    .filter(({ one, changes }) => changes <= Math.min(MOST_CHANGES, one.length / 3))
    .sort((a, b) => a.changes - b.changes);
  return nearest?.one;
}

/** Returns the least number of letters to add, leave out or replace between two texts (Levenshtein distance). */
function changesBetween(a: string, b: string): number {
  const [from, to] = [Array.from(a), Array.from(b)];
  let row = [0, ...to.map((_, index) => index + 1)];
  for (const [index, letter] of from.entries()) {
    const next = [index + 1];
    for (const [column, other] of to.entries()) {
      const [above = 0, diagonal = 0, left = 0] = [row[column + 1], row[column], next[column]];
      next.push(Math.min(above + 1, left + 1, diagonal + (letter === other ? 0 : 1)));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
