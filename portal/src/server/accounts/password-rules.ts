import { foldPassword, isCommon } from './common-passwords.js';

/** Minimum number of characters of a password that someone sets. */
export const MIN_PASSWORD_LENGTH = 12;
/** Maximum number of UTF-16 code units, as forms and routes count them. */
export const MAX_PASSWORD_LENGTH = 200;
const MIN_DIFFERENT = 6;
/** Texts that no password may contain, because attackers try them first anywhere. They are in the form of `foldPassword`. */
const GUESSED_FIRST = ['password', 'passwort', 'cardwright', 'letmein', '12345678', 'qwertyui', 'qwertzui', 'abcdefgh'];

/** The reasons for which a new password is refused, in the order in which they are found. */
export const WEAKNESSES = [
  'empty',
  'short',
  'long',
  'untypeable',
  'uniform',
  'user-name',
  'guessed-first',
  'common',
] as const;
export type Weakness = (typeof WEAKNESSES)[number];

/** Minimum number of characters of a word that no password may contain: too many good passwords contain a shorter one. */
export const MIN_WORD_LENGTH = 4;

/**
 * Returns the names in the address of a portal, which attackers of its organisation try: all but the last one.
 *
 * @example
 * wordsIn('https://cards.acme.example') // ['cards', 'acme']
 */
export const wordsIn = (origin: string): readonly string[] =>
  new URL(origin).hostname
    .split('.')
    .slice(0, -1)
    .filter((word) => word.length >= MIN_WORD_LENGTH);

/** Sentences for the weaknesses, for administrators at a terminal. */
export const SENTENCES: Readonly<Record<Weakness, string>> = {
  empty: 'It is empty.',
  short: `It has fewer than ${MIN_PASSWORD_LENGTH} characters.`,
  long: `It has more than ${MAX_PASSWORD_LENGTH} characters.`,
  untypeable: 'It has characters that cannot be typed.',
  uniform: `It has fewer than ${MIN_DIFFERENT} different characters.`,
  'user-name': 'It contains the user name.',
  'guessed-first': 'It contains what is guessed first.',
  common: 'It is on the list of common passwords.',
};

/**
 * Returns the reason why nobody may set a password. Returns null if the password is strong enough.
 *
 * @param username the password must not contain this name, whatever the case of the letters
 * @param words what no password may contain at this portal, besides what is guessed first anywhere
 */
export function weaknessOf(password: string, username: string, words: readonly string[] = []): Weakness | null {
  const characters = Array.from(password.normalize('NFKC'));
  const folded = foldPassword(password);
  if (characters.length === 0) return 'empty';
  if (characters.length < MIN_PASSWORD_LENGTH) return 'short';
  if (password.length > MAX_PASSWORD_LENGTH) return 'long';
  if (/\p{Cc}/u.test(password)) return 'untypeable';
  if (new Set(characters).size < MIN_DIFFERENT) return 'uniform';
  if (folded.includes(foldPassword(username))) return 'user-name';
  if ([...GUESSED_FIRST, ...words.map(foldPassword)].some((word) => folded.includes(word))) return 'guessed-first';
  return isCommon(password) ? 'common' : null;
}
