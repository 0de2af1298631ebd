import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { manualPage, type Manual } from './manual-page.js';
import { inRepository } from './repository.js';

const BEST_COMPRESSION = 9;

/** The manual page of a program. */
export interface ManualPage {
  /** Path of the program's facts in the repository (`Manual` as JSON), which its build writes. */
  readonly source: string;
  /** Absolute path of the page on a computer. */
  readonly place: string;
}

/** Describes the manual page for a place, such as `/usr/share/man/man1/a.1.gz` of the program in a workspace. */
export const manualFor = (place: string, workspace: string): ManualPage => ({
  source: path.join(workspace, 'dist', 'manual.json'),
  place,
});

/** Adds a manual page to the tree of a package. Its gzip header has no time (RFC 1952, 2.3.1, MTIME). */
export function addManual(root: string, { source, place }: ManualPage): void {
  const file = path.join(root, place);
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, gzipSync(manualPage(readManual(source)), { level: BEST_COMPRESSION }));
}

const readManual = (source: string): Manual => JSON.parse(readFileSync(inRepository(source), 'utf8')) as Manual;
