import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { inRepository } from './repository.js';

const BEST_COMPRESSION = 9;

/** A manual page that a build has written. */
export interface ManualPage {
  /** Path of the page in the repository. */
  readonly source: string;
  /** Absolute path of the page on a computer. */
  readonly place: string;
}

/** Describes the manual page for a place, such as `/usr/share/man/man1/a.1.gz`. The build of a workspace writes it into its `dist/`, as `a.1`. */
export const manualFor = (place: string, workspace: string): ManualPage => ({
  source: path.join(workspace, 'dist', path.basename(place, '.gz')),
  place,
});

/** Adds a manual page to the tree of a package. Its gzip header has no time (RFC 1952, 2.3.1, MTIME). */
export function addManual(root: string, { source, place }: ManualPage): void {
  const file = path.join(root, place);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, gzipSync(readFileSync(inRepository(source)), { level: BEST_COMPRESSION }));
}
