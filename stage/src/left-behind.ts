import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { PATIENCE_MS } from './patience.js';

/** Every process of a stage has it in its environment, including those that a process of the stage started. */
const MARK = 'CARDWRIGHT_STAGE';
const LOOK_EVERY_MS = 50;
/** What Chromium itself leaves in the temporary folder: its singleton's socket, and its crash reporter's. */
const OF_CHROMIUM = /^\.?(org\.chromium|com\.google)\./i;

/** What a process needs in its environment to belong to a stage. */
export const stageMark = (folder: string, temporary: string): NodeJS.ProcessEnv => ({
  [MARK]: folder,
  TMPDIR: temporary,
});

/** The processes of a stage whose command line has a text in it, by number. */
export function processesOf(folder: string, commandLine = ''): number[] {
  const numbers = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return numbers
    .filter((pid) => commandLine === '' || read(pid, 'cmdline').replaceAll('\0', ' ').includes(commandLine))
    .filter((pid) => read(pid, 'environ').split('\0').includes(`${MARK}=${folder}`))
    .map(Number);
}

/** The processes of a stage that do not end, with their command lines. */
export async function processesLeftOf(folder: string): Promise<string[]> {
  // Chromium's take a moment to be gone after everything was closed.
  const until = Date.now() + PATIENCE_MS;
  for (;;) {
    const left = processesOf(folder);
    if (left.length === 0) return [];
    if (Date.now() > until)
      return left.map((pid) => `process ${pid}: ${read(String(pid), 'cmdline').replaceAll('\0', ' ')}`);
    await delay(LOOK_EVERY_MS);
  }
}

/** What was left in the temporary folder of a stage. */
export function filesLeftIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => !OF_CHROMIUM.test(name))
    .map((name) => `file ${name}`);
}

/** A process may end while it is looked at, and some belong to other users: those count as empty. */
function read(pid: string, file: 'environ' | 'cmdline'): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}
