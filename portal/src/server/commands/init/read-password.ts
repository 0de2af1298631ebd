import { readFile, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { MIN_PASSWORD_LENGTH, SENTENCES, weaknessOf } from '../../accounts/password-rules.js';
import { hidden, type Ask } from './terminal.js';

/** Permission bits of the group and of everyone else. */
const OTHERS = 0o077;
/** Name of a file that stands for standard input. */
export const STANDARD_INPUT = '-';
const TRIES = 3;

/**
 * Reads a secret from a file with one line. The name `-` stands for standard input.
 *
 * @param what name of the secret in errors, such as `password`
 * @throws Error with words for the administrator, which do not quote the secret: the file cannot be read, others can read it, or it has more than one line
 */
export async function readSecretFile(file: string, what: string): Promise<string> {
  const content = file === STANDARD_INPUT ? await text(process.stdin) : await readPrivate(file);
  const [secret = '', ...more] = content.split(/\r?\n/);
  if (more.some((line) => line !== '')) throw new Error(`the ${what} file has more than one line`);
  return secret;
}

/**
 * Reads the password from a file with one line, as `readSecretFile` does.
 *
 * @param username user who gets the password
 * @param words what no password may contain here (`weaknessOf`)
 * @throws Error as `readSecretFile` does, or if the password is too weak
 */
export async function readPasswordFile(file: string, username: string, words: readonly string[]): Promise<string> {
  const password = await readSecretFile(file, 'password');
  const weakness = weaknessOf(password, username, words);
  if (weakness !== null) throw new Error(`the password is too weak. ${SENTENCES[weakness]}`);
  return password;
}

/** Reads a file that only its owner can access. Anything but a regular file, such as the pipe /dev/fd/3, counts as private. */
async function readPrivate(file: string): Promise<string> {
  const found = await stat(file);
  if (found.isFile() && (found.mode & OTHERS) !== 0)
    throw new Error(`${file} can be read by others: chmod 600 ${file}`);
  return readFile(file, 'utf8');
}

/**
 * Asks for a new password, and for the same password again, without showing them. Asks again if the password is too weak or the second differs,
 * at most three times in all.
 *
 * @param say shows a line
 * @throws Error if the third try fails too, or the person cancels
 */
export async function askPassword(
  username: string,
  words: readonly string[],
  ask: Ask,
  say: (line: string) => void,
): Promise<string> {
  say('');
  say(`The password is not shown. It has ${MIN_PASSWORD_LENGTH} characters or more.`);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const password = await ask(`Password of ${username}: `, hidden);
    const weakness = weaknessOf(password, username, words);
    if (weakness === null && (await ask('The same password again: ', hidden)) === password) return password;
    say(weakness === null ? 'They are not the same.' : SENTENCES[weakness]);
  }
  throw new Error('no password was given. Nothing was changed');
}
