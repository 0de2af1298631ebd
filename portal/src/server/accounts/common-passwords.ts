import { readFileSync } from 'node:fs';
import { inPortal } from '../portal-folder.js';

/** The file of common passwords. It begins with its source and licence, up to the first empty line. */
const FILE = inPortal('config', 'common-passwords.txt');

/**
 * Returns a password in the form in which passwords are compared with common ones: compatibility variants of characters are the same (NFKC,
 * Unicode Standard Annex 15), and so are capital and small letters. Converting to capitals first makes `ß` the same as `ss`.
 */
export const foldPassword = (password: string): string =>
  password.normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');

let common: ReadonlySet<string> | undefined;

/** True if a password is a common one, whatever the case of its letters. The list has only passwords of 12 characters and more. */
export function isCommon(password: string): boolean {
  common ??= new Set(
    readFileSync(FILE, 'utf8')
      .replace(/^.*?\n\n/s, '')
      .split('\n'),
  );
  return common.has(foldPassword(password));
}
