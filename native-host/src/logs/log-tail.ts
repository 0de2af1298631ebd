import { closeSync, existsSync, fstatSync, openSync, readSync, statSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { GENERATIONS, generationOf } from './log-place.js';

/** Largest number of bytes to read from a log in one call. */
const MAX_READ = 512 * 1024;
/** Milliseconds between two checks of a followed log. */
const INTERVAL = 300;

/**
 * Returns the last lines of a log, the oldest first. Includes older files if the newest has too few lines. Reads at most the last `MAX_READ`
 * bytes of each file. If a file is longer, leaves out the first line that was read, which may be incomplete, and all older files, so that the
 * result has no gap.
 */
export function tailOf(file: string, count: number): string[] {
  const lines: string[] = [];
  for (let generation = 0; generation < GENERATIONS && lines.length < count; generation += 1) {
    const name = generationOf(file, generation);
    const start = stateOf(name).end - MAX_READ;
    if (start > 0) return [...linesFrom(name, start).lines.slice(1), ...lines].slice(-count);
    if (existsSync(name)) lines.unshift(...linesFrom(name, 0).lines);
  }
  return lines.slice(-count);
}

/** Reports each new line, until the signal is aborted. Reads a rotated log from its beginning. */
export async function follow(file: string, onLine: (line: string) => void, signal: AbortSignal): Promise<void> {
  let { id, end } = stateOf(file);
  while (!signal.aborted) {
    await wait(INTERVAL, undefined, { signal }).catch(() => undefined);
    const now = stateOf(file);
    if (now.id !== id || now.end < end) ({ id, end } = { id: now.id, end: 0 });
    if (now.end === end) continue;
    const added = linesFrom(file, end);
    end = added.end;
    for (const line of added.lines) onLine(line);
  }
}

/** Returns the inode number and the length in bytes of a file; zeros if the file does not exist. */
function stateOf(file: string): { id: number; end: number } {
  const state = statSync(file, { throwIfNoEntry: false });
  return { id: state?.ino ?? 0, end: state?.size ?? 0 };
}

/**
 * Returns the complete lines among the next `MAX_READ` bytes from a position, and the position after the last of these lines. If the position is
 * within a line, the first line is incomplete.
 */
function linesFrom(file: string, start: number): { lines: string[]; end: number } {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(Math.max(0, Math.min(fstatSync(descriptor).size - start, MAX_READ)));
    const read = buffer.subarray(0, readSync(descriptor, buffer, 0, buffer.length, start));
    const text = read.subarray(0, read.lastIndexOf('\n') + 1);
    return { lines: text.toString('utf8').split('\n').slice(0, -1), end: start + text.length };
  } finally {
    closeSync(descriptor);
  }
}
