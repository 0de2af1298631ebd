import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { inRepository } from '../../parts/repository.js';

const SOURCES = inRepository('installers', 'windows');

/**
 * Compiler of the launcher. `OPTIONS` leave out the C library, begin the program at `start`, use the protections that Windows offers, and write no
 * timestamps: the same source gives the same bytes.
 */
const COMPILER = 'x86_64-w64-mingw32-gcc';
const OPTIONS = [
  ...['-std=c17', '-Os', '-Wall', '-Wextra', '-Werror', '-municode', '-mconsole', '-s'],
  ...['-ffreestanding', '-fno-ident', '-fno-asynchronous-unwind-tables', '-nostdlib', '-nostartfiles'],
  '-Wl,-e,start,--no-insert-timestamp,--dynamicbase,--nxcompat,--high-entropy-va',
];

/** Compiles installers/windows/launcher.c. `version` is the product's version, such as `0.1.0`; `scratch` is an empty folder. */
export function compileLauncher(file: string, version: string, scratch: string): void {
  const resources = path.join(scratch, 'resources.o');
  const commas = `${version.replaceAll('.', ',')},0`;
  execFileSync('x86_64-w64-mingw32-windres', [
    `-DVERSION_COMMAS=${commas}`,
    `-DVERSION_TEXT=\\"${version}\\"`,
    path.join(SOURCES, 'launcher.rc'),
    ...['-O', 'coff', '-o', resources],
  ]);
  execFileSync(COMPILER, [...OPTIONS, '-o', file, path.join(SOURCES, 'launcher.c'), resources, '-lkernel32']);
}
