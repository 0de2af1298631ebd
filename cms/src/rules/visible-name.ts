import * as v from 'valibot';

/**
 * Matches a name of which every character can be seen. Refused are control characters and line breaks, characters that reverse the text beside
 * them, and characters without a shape of their own; `U+FE0F` may follow a pictograph, as keyboards write it. A combining mark needs a letter, and a
 * letter has at most four: more would cover the lines above and below.
 */
const VISIBLE =
  /^(?!\p{M})(?!.*\p{M}{5})(?:\p{Extended_Pictographic}\uFE0F|[^\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800])+$/u;

/** How often longer a name may be in UTF-16, and before its marks are composed. This bounds the work before anything is counted. */
const UNCOUNTED = 8;

/**
 * Makes the schema of a name: characters that can all be seen, without spaces at its ends, in a normalisation form of Unicode.
 *
 * @param longest maximum number of characters (code points)
 * @param form `NFC` keeps a name as it was written. `NFKC` also makes full-width and other letters plain ones, so that two names that are the same to
 *   whoever compares them, such as a directory, are the same text.
 * @example
 * import * as v from 'valibot';
 *
 * const name = v.parse(visibleName(64, 'NFKC'), ' Ada '); // 'Ada'
 */
export const visibleName = (longest: number, form: 'NFC' | 'NFKC' = 'NFC') =>
  v.pipe(
    v.string(),
    v.maxLength(UNCOUNTED * longest),
    v.normalize(form),
    v.trim(),
    v.regex(VISIBLE, 'expected characters that can be seen'),
    v.check((name) => Array.from(name).length <= longest, `expected at most ${longest} characters`),
  );
