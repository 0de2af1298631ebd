/** Words of at most this many letters may differ in one letter, longer words in two. */
const SHORT = 4;

/** Returns the candidate that a mistyped word probably means. Returns undefined if no candidate is similar. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const limit = word.length <= SHORT ? 1 : 2;
  const [best] = candidates
    .filter((one) => Math.abs(one.length - word.length) <= limit)
    .map((candidate) => ({ candidate, distance: distanceOf(word, candidate) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance);
  return best?.candidate;
}

/** Counts the letters that are missing, superfluous, different, or swapped with their neighbour (optimal string alignment distance). */
function distanceOf(word: string, other: string): number {
  let beforeLast: readonly number[] = [];
  let last: readonly number[] = Array.from({ length: other.length + 1 }, (_, column) => column);
  for (let row = 1; row <= word.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const isSame = word[row - 1] === other[column - 1];
      const isSwapped = row > 1 && word[row - 1] === other[column - 2] && word[row - 2] === other[column - 1];
      current.push(
        Math.min(
          at(last, column) + 1,
          at(current, column - 1) + 1,
          at(last, column - 1) + (isSame ? 0 : 1),
          isSwapped ? at(beforeLast, column - 2) + 1 : Infinity,
        ),
      );
    }
    [beforeLast, last] = [last, current];
  }
  return at(last, other.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? Infinity;
