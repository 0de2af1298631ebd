import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { onComputer, type System } from '../system/system.js';

/** Library that every program loads to use pcscd: libpcsclite, which loads `libpcsclite_real` since pcsc-lite 2.3. */
const LIBRARY = /\/libpcsclite(?:_real)?\.so/;
/** Largest number of programs to name. A longer list would not help anyone. */
const MAX_PROGRAMS = 8;
/** Interpreters, whose names say nothing about the program. */
const INTERPRETER = /^(?:node|python[\d.]*|java|perl|ruby)$/;

/**
 * Lists up to `MAX_PROGRAMS` programs, other than this one, that have loaded the smart card library, each with its process id. Programs of other
 * accounts are listed only if this user may see them. The system does not tell which program holds a card. Returns an empty list on systems
 * other than Linux.
 */
export function cardUsers(system: System): string[] {
  if (system.platform !== 'linux') return [];
  const folder = onComputer(system, '/proc');
  const found = numbersIn(folder)
    .filter((pid) => pid !== system.pid && LIBRARY.test(read(path.join(folder, String(pid), 'maps'))))
    .map((pid) => nameOf(path.join(folder, String(pid)), pid));
  return found.slice(0, MAX_PROGRAMS);
}

function nameOf(folder: string, pid: number): string {
  const words = read(path.join(folder, 'cmdline')).split('\0');
  const name = read(path.join(folder, 'comm')).trim() || path.basename(words[0] ?? '');
  const script = INTERPRETER.test(path.basename(words[0] ?? ''))
    ? words.slice(1).find((word) => !word.startsWith('-'))
    : undefined;
  if (words.some((word) => word.startsWith('chrome-extension://')))
    return `a Cardwright host of another page (process ${pid})`;
  return `${script === undefined || script === '' ? name : path.basename(script)} (process ${pid})`;
}

function numbersIn(folder: string): number[] {
  try {
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
  } catch {
    return [];
  }
}

/** Reads a file of a process. Returns an empty string if the file cannot be read, because the process has ended or belongs to another account. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
