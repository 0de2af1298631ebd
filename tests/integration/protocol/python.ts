import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { TiedProcess } from '@cardwright/stage';

/** The system's own: it finds Debian's python3-jwcrypto. Another one may be first on the PATH. */
const PYTHON = '/usr/bin/python3';

const script = (name: string): string => fileURLToPath(new URL(name, import.meta.url));

/** Runs a script of this folder to its end, and reads the JSON that it prints. */
export const runPython = (name: string, ...args: string[]): unknown =>
  JSON.parse(execFileSync(PYTHON, ['-B', script(name), ...args], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 }));

/** Starts a script of this folder, which serves until it is stopped. */
export const startPython = (name: string, ...args: string[]): Promise<TiedProcess> =>
  TiedProcess.start(PYTHON, ['-B', script(name), ...args]);
