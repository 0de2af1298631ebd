import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { inRepository } from '../../parts/repository.js';

/** The place of the host's manual page on a computer. */
export const MANUAL = '/usr/share/man/man1/cardwright-host.1.gz';
const BEST_COMPRESSION = 9;

/** Adds the manual page, which the build of the host writes from its table of commands. Its gzip header has no time (RFC 1952, 2.3.1, MTIME). */
export function addManual(root: string): void {
  const file = path.join(root, MANUAL);
  mkdirSync(path.dirname(file), { recursive: true });
  const text = readFileSync(inRepository('native-host', 'dist', 'cardwright-host.1'));
  writeFileSync(file, gzipSync(text, { level: BEST_COMPRESSION }));
}
