import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { PATIENCE_MS } from './patience.js';

/** Environment variable that marks the processes of a stage. Its value is the stage's folder. Child processes inherit the variable. */
const MARK = 'CARDWRIGHT_STAGE';
const LOOK_EVERY_MS = 50;
/** Names of the files that Chromium itself leaves in the temporary folder: the sockets of its singleton and its crash reporter. */
const OF_CHROMIUM = /^\.?(org\.chromium|com\.google)\./i;

/** Returns the environment variables that mark a process as one of a stage, and set its folder for temporary files. */
export const stageMark = (folder: string, temporary: string): NodeJS.ProcessEnv => ({
  [MARK]: folder,
  TMPDIR: temporary,
});

/** Returns the process ids of a stage's processes whose command line contains a text. */
export function processesOf(folder: string, commandLine = ''): number[] {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return numbers
    .filter((pid) => commandLine === '' || read(pid, 'cmdline').replaceAll('\0', ' ').includes(commandLine))
    .filter((pid) => read(pid, 'environ').split('\0').includes(`${MARK}=${folder}`))
    .map(Number);
}

/**
 * Waits until all processes of a stage have ended, for at most `PATIENCE_MS`. Returns the id and command line of each process that is still running
 * then.
 */
export async function processesLeftOf(folder: string): Promise<string[]> {
  // Waits, because Chromium's processes need a moment to end after everything was closed.
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const left = processesOf(folder);
    if (left.length === 0) return [];
    if (Date.now() > until)
      return left.map((pid) => `process ${pid}: ${read(String(pid), 'cmdline').replaceAll('\0', ' ')}`);
    await delay(LOOK_EVERY_MS);
  }
}

/** Describes the files and folders left in the temporary folder of a stage, except Chromium's own files. */
export function filesLeftIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => !OF_CHROMIUM.test(name))
    .map((name) => `file ${name}`);
}

/** Reads a file of a process below /proc. Returns an empty text if the process has just ended or belongs to another user. */
function read(pid: string, file: 'environ' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
