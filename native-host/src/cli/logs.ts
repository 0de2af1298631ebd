import { existsSync } from 'node:fs';
import { logFileOf } from '../logs/log-place.js';
import { follow, tailOf } from '../logs/log-tail.js';
import type { System } from '../system/system.js';
import { EXIT } from './exit-code.js';
import type { Print } from './print.js';

export interface LogsOptions {
  readonly lines: number;
  readonly follow: boolean;
  readonly system: System;
  readonly print: Print;
  /** Signal that ends `follow` when aborted. */
  readonly signal?: AbortSignal;
}

/** Prints the path of the host's log and its last lines, and with `follow` each new line. Returns the exit code. */
export async function logs({ lines, follow: isFollowed, system, print, signal }: LogsOptions): Promise<number> {
  const file = logFileOf(system);
  print(`The host's log is ${file}${existsSync(file) ? '.' : ', which does not exist yet.'}`);
  for (const line of tailOf(file, lines)) print(line);
  // Without a signal, only Ctrl-C ends this.
  if (isFollowed) await follow(file, print, signal ?? new AbortController().signal);
  return EXIT.success;
}
