import { readFile, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { weaknessOf } from '../../accounts/password-rules.js';
import { askSecretly, type Terminal } from './ask-secretly.js';

/** Permission bits of anyone but the owner. */
const OTHERS = 0o077;
const STANDARD_INPUT = '-';
const TRIES = 3;

/**
 * Reads the password from the only line of a file; `-` is standard input.
 *
 * @param username user who gets the password
 * @throws Error with words for the administrator, which do not quote the password: others can read the file, or it is too weak
 */
export async function readPasswordFile(file: string, username: string): Promise<string> {
  const content = file === STANDARD_INPUT ? await text(process.stdin) : await readPrivate(file);
  const [password = '', ...more] = content.split(/\r?\n/);
  if (more.some((line) => line !== '')) throw new Error('the password file has more than one line');
  const weakness = weaknessOf(password, username);
  if (weakness !== null) throw new Error(`the password is too weak. ${weakness}`);
  return password;
}

/** Reads a private file. A pipe, such as /dev/fd/3, is always private. */
async function readPrivate(file: string): Promise<string> {
  const found = await stat(file);
  if (found.isFile() && (found.mode & OTHERS) !== 0)
    throw new Error(`${file} can be read by others: chmod 600 ${file}`);
  return readFile(file, 'utf8');
}

/**
 * Asks for a new password twice, hidden. Repeats this, at most three times, until both entries are equal and strong enough.
 *
 * @throws Error if no password was given, or the user cancelled
 */
export const askPassword = (username: string, terminal: Terminal): Promise<string> =>
  askSecretly(terminal, async (ask) => {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const password = await ask(`Password of ${username}: `);
      const weakness = weaknessOf(password, username);
      if (weakness === null && (await ask('The same password again: ')) === password) return password;
      terminal.output.write(`${weakness ?? 'They are not the same.'}\r\n`);
    }
    throw new Error('no password was given. Nothing was changed');
  });
