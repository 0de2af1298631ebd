/** For operators, who can do more than anyone else, and whose password is all there is until they add a passkey. */
const MIN_LENGTH = 12;
const MAX_LENGTH = 200;
const MIN_DIFFERENT = 6;
/** What lists of passwords begin with. */
const GUESSED_FIRST = ['password', 'passwort', 'cardwright', 'letmein', '12345678', 'qwertyui', 'qwertzui', 'abcdefgh'];

/**
 * Why a password is too weak for an operator, as a sentence; null where it is not. It is not quoted.
 *
 * @param username must not be part of it
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
