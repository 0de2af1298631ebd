import { closeSync, constants, fstatSync, lstatSync, openSync, readSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { codeOf } from './error-code.js';
import type { System } from './system.js';
import { whoElseMayChange, writableByOthers } from './who-may-change.js';

/** Longest file in bytes. */
const MAX_LENGTH = 64 * 1024;

export interface GuardedFile {
  readonly file: string;
  /** Folder from which no symbolic link may lead to the file. Of a user's file, this folder and those below it must be the user's. */
  readonly top: string;
  /** The accounts that may change the file: root alone (`computer`), or this account alone (`user`). */
  readonly scope: 'computer' | 'user';
}

/**
 * Reads a file on which security depends. Returns null if it does not exist, and the trouble, in words, if another account could have chosen its content:
 * if one of the folders above it belongs to another account or is writable for group or others, or if a symbolic link leads to it. A file that is too
 * long, or no file, is trouble too.
 */
export function readGuardedFile(
  system: System,
  { file, top, scope }: GuardedFile,
): { readonly text: string } | { readonly trouble: string } | null {
  try {
    const place = path.join(realpathSync(top), path.relative(top, file));
    if (lstatSync(file).isSymbolicLink() || realpathSync(file) !== place) return trouble('a symbolic link leads to it');
    // Windows keeps other accounts out of the folder with access control lists, which `stat` does not show.
    const weak = system.platform === 'win32' ? null : weakPlace(system, scope, place, realpathSync(top));
    if (weak !== null) return trouble(`others than ${scope === 'computer' ? 'root' : 'its user'} may change ${weak}`);
    return readWhole(place);
  } catch (error) {
    const code = codeOf(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    if (code === undefined) throw error;
    return trouble(`it cannot be read (${code})`);
  }
}

const trouble = (words: string): { readonly trouble: string } => ({ trouble: words });

const weakPlace = (system: System, scope: GuardedFile['scope'], place: string, top: string): string | null =>
  scope === 'computer' ? whoElseMayChange(system, place) : writableByOthers(place, top, process.getuid?.());

/** Neither waits for the writer of a pipe, nor follows a link that has come in the meantime. Windows has neither flag; a missing one counts as 0. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

function readWhole(file: string): { readonly text: string } | { readonly trouble: string } {
  const descriptor = openSync(file, FLAGS);
  try {
    if (!fstatSync(descriptor).isFile()) return trouble('it is no file');
    const content = Buffer.alloc(MAX_LENGTH + 1);
    const length = readSync(descriptor, content, 0, content.length, 0);
    if (length > MAX_LENGTH) return trouble(`it is longer than ${MAX_LENGTH} bytes`);
    return { text: content.subarray(0, length).toString('utf8') };
  } finally {
    closeSync(descriptor);
  }
}
