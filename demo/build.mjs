import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const HERE = import.meta.dirname;

/** Compiles what is preloaded into a private pcscd; the compiler is there, since the PC/SC binding needs it too. */
export async function build() {
  const dist = path.join(HERE, 'dist');
  await mkdir(dist, { recursive: true });
  const library = path.join(dist, 'no-run-folder.so');
  await promisify(execFile)('gcc', ['-shared', '-fPIC', '-Wall', '-o', library, path.join(HERE, 'no-run-folder.c')]);
}
