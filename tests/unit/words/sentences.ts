/** Lists every sentence of some words by its path, in a comparable form: a function of values counts only by its name. */
export function sentencesOf(words: object, path: readonly string[] = []): Map<string, unknown> {
  return new Map(
    Object.entries(words).flatMap(([name, value]: [string, unknown]): [string, unknown][] => {
      const at = [...path, name];
      const isGroup = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
      return isGroup ? [...sentencesOf(value, at)] : [[at.join('.'), value]];
    }),
  );
}
