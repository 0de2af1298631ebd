import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';

const HERE = import.meta.dirname;

const LIBRARIES = ['private-pcscd', 'policy-folder'];

/** Compiles what is preloaded into a private pcscd and into a stage's Chromium. */
export async function build() {
  const dist = path.join(HERE, 'dist');
  await mkdir(dist, { recursive: true });
  const compile = (name) =>
    promisify(execFile)('gcc', [
      '-shared',
      '-fPIC',
      '-Wall',
      '-o',
      `${path.join(dist, name)}.so`,
      `${path.join(HERE, name)}.c`,
    ]);
  await Promise.all(LIBRARIES.map(compile));
}
