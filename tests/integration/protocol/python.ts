import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** The system's own: it finds Debian's python3-jwcrypto. Another one may be first on the PATH. */
export const PYTHON = '/usr/bin/python3';

/** Runs a script of this folder to its end, and reads the JSON that it prints. */
export function runPython(name: string, ...args: string[]): unknown {
  const script = fileURLToPath(new URL(name, import.meta.url));
  return JSON.parse(execFileSync(PYTHON, ['-B', script, ...args], { encoding: 'utf8', maxBuffer: 16 * 1024 * 1024 }));
}
