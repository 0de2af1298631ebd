/**
 * Minimum number of characters of an operator's password. An operator can do more than anyone else, and until they add a passkey,
 * the password is their only protection.
 */
const MIN_LENGTH = 12;
const MAX_LENGTH = 200;
const MIN_DIFFERENT = 6;
/** Texts that no password may contain, because attackers try them first. They are in lower case here; in a password the case does not matter. */
const GUESSED_FIRST = ['password', 'passwort', 'cardwright', 'letmein', '12345678', 'qwertyui', 'qwertzui', 'abcdefgh'];

/**
 * Returns a sentence that explains why a password is too weak for an operator. Returns null if the password is strong enough. The sentence does
 * not quote the password.
 *
 * @param username the password must not contain this name, whatever the case of the letters
 */
export function weaknessOf(password: string, username: string): string | null {
  const characters = Array.from(password);
  const lowercase = password.toLowerCase();
  if (characters.length === 0) return 'It is empty.';
  if (characters.length < MIN_LENGTH) return `It has fewer than ${MIN_LENGTH} characters.`;
  if (characters.length > MAX_LENGTH) return `It has more than ${MAX_LENGTH} characters.`;
  if (/\p{Cc}/u.test(password)) return 'It has characters that cannot be typed.';
  if (new Set(characters).size < MIN_DIFFERENT) return `It has fewer than ${MIN_DIFFERENT} different characters.`;
  if (lowercase.includes(username.toLowerCase())) return 'It contains the user name.';
  if (GUESSED_FIRST.some((word) => lowercase.includes(word))) return 'It contains what is guessed first.';
  return null;
}
