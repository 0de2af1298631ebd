import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { onComputer, type System } from '../system/system.js';

/** The library of a program that speaks with pcscd (pcsc-lite; since 2.3 `libpcsclite_real` behind it). */
const LIBRARY = /\/libpcsclite(?:_real)?\.so/;
/** Number of programs to name. More would not help the reader. */
const MAX_PROGRAMS = 8;
/** Interpreters, whose names say nothing about the program. */
const INTERPRETER = /^(?:node|python[\d.]*|java|perl|ruby)$/;

/**
 * Lists the programs that have loaded the smart card library, each with its process id, without this one. Programs of other accounts appear
 * only where this user may see them. Which of them holds a card cannot be found out.
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

/** Empty where it cannot be read, because it belongs to another account or to a process that has just ended. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
