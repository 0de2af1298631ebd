import { readFile, stat } from 'node:fs/promises';
import { weaknessOf } from '../../accounts/password-rules.js';
import { askSecretly, type Terminal } from './ask-secretly.js';

/** Anything but its owner's permissions. */
const OTHERS = 0o077;
const TRIES = 3;

/**
 * The password in a file, in its only line: `/dev/stdin` and `/dev/fd/3` are files too.
 *
 * @param username whose password it is to be
 * @throws Error with words for the administrator, which do not quote it: others can read the file, or it is too weak
 */
export async function readPasswordFile(file: string, username: string): Promise<string> {
  const { mode, isRegular } = await stat(file).then((found) => ({ mode: found.mode, isRegular: found.isFile() }));
  if (isRegular && (mode & OTHERS) !== 0) throw new Error(`${file} can be read by others: chmod 600 ${file}`);
  const [password = '', ...more] = (await readFile(file, 'utf8')).split(/\r?\n/);
  if (more.some((line) => line !== '')) throw new Error(`${file} has more than one line`);
  const weakness = weaknessOf(password, username);
  if (weakness !== null) throw new Error(`the password in ${file} is too weak. ${weakness}`);
  return password;
}

/**
 * Asks for a new password twice, without showing it, until both are the same and strong enough: at most three times.
 *
 * @throws Error where it was not given, or cancelled
 */
export async function askPassword(username: string, terminal: Terminal): Promise<string> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const password = await askSecretly(`Password of ${username}: `, terminal);
    const weakness = weaknessOf(password, username);
    if (weakness !== null) {
      terminal.output.write(`${weakness}\n`);
      continue;
    }
    if ((await askSecretly('The same password again: ', terminal)) === password) return password;
    terminal.output.write('They are not the same.\n');
  }
  throw new Error('no password was given. Nothing was changed');
}
