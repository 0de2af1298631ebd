import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Compiles a source file beside this file for Windows. */
export function compileForWindows(source: string, file: string, ...options: readonly string[]): void {
  const from = fileURLToPath(new URL(source, import.meta.url));
  execFileSync('x86_64-w64-mingw32-gcc', ['-O1', '-Wall', '-Werror', '-static', ...options, '-o', file, from]);
}
