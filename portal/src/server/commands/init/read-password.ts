import { readFile, stat } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { weaknessOf } from '../../accounts/password-rules.js';
import { askSecretly, type Terminal } from './ask-secretly.js';

/** Anything but its owner's permissions. */
const OTHERS = 0o077;
const STANDARD_INPUT = '-';
const TRIES = 3;

/**
 * The password in a file, in its only line; `-` is standard input.
 *
 * @param username whose password it is to be
 * @throws Error with words for the administrator, which do not quote it: others can read the file, or it is too weak
 */
export async function readPasswordFile(file: string, username: string): Promise<string> {
  const content = file === STANDARD_INPUT ? await text(process.stdin) : await readPrivate(file);
  const [password = '', ...more] = content.split(/\r?\n/);
  if (more.some((line) => line !== '')) throw new Error('the password file has more than one line');
  const weakness = weaknessOf(password, username);
  if (weakness !== null) throw new Error(`the password is too weak. ${weakness}`);
  return password;
}

/** A pipe, such as /dev/fd/3, is no one else's. */
async function readPrivate(file: string): Promise<string> {
  const found = await stat(file);
  if (found.isFile() && (found.mode & OTHERS) !== 0)
    throw new Error(`${file} can be read by others: chmod 600 ${file}`);
  return readFile(file, 'utf8');
}

/**
 * Asks for a new password twice, without showing it, until both are the same and strong enough: at most three times.
 *
 * @throws Error where it was not given, or cancelled
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
