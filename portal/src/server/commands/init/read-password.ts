import { readFile, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { SENTENCES, weaknessOf } from '../../accounts/password-rules.js';
import { askSecretly, type Terminal } from './ask-secretly.js';

/** Permission bits of the group and of everyone else. */
const OTHERS = 0o077;
const STANDARD_INPUT = '-';
const TRIES = 3;

/**
 * Reads the password from a file with one line. The name `-` stands for standard input.
 *
 * @param username user who gets the password
 * @param words what no password may contain here (`weaknessOf`)
 * @throws Error with words for the administrator, which do not quote the password: the file cannot be read, others can read it, it has more than
 *   one line, or the password is too weak
 */
export async function readPasswordFile(file: string, username: string, words: readonly string[]): Promise<string> {
  const content = file === STANDARD_INPUT ? await text(process.stdin) : await readPrivate(file);
  const [password = '', ...more] = content.split(/\r?\n/);
  if (more.some((line) => line !== '')) throw new Error('the password file has more than one line');
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
 * @throws Error if the third try fails too, or the person cancels
 */
export const askPassword = (username: string, words: readonly string[], terminal: Terminal): Promise<string> =>
  askSecretly(terminal, async (ask) => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const password = await ask(`Password of ${username}: `);
      const weakness = weaknessOf(password, username, words);
      if (weakness === null && (await ask('The same password again: ')) === password) return password;
      terminal.output.write(`${weakness === null ? 'They are not the same.' : SENTENCES[weakness]}\r\n`);
    }
    throw new Error('no password was given. Nothing was changed');
  });
