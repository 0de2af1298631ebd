import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { debianChangelog, type ChangelogEntry } from './changelog.js';

/** A tag of lintian(1) that has to stay, and the reason. A tag may name the place to which it is limited. */
export type LintianOverride = readonly [tag: string, reason: string];

export interface DebianDocuments extends ChangelogEntry {
  /** Name of the package. */
  readonly name: string;
  readonly overrides: readonly LintianOverride[];
}

/** Adds the changelog, and the overrides for lintian, to the tree of a Debian package. */
export function addDebianDocuments(root: string, { name, overrides, ...entry }: DebianDocuments): void {
  const write = (file: string, content: Buffer | string): void => {
    const place = path.join(root, file);
    mkdirSync(path.dirname(place), { recursive: true });
    writeFileSync(place, content);
  };
  write(`usr/share/doc/${name}/changelog.gz`, debianChangelog(name, entry));
  write(
    `usr/share/lintian/overrides/${name}`,
    overrides.map(([tag, reason]) => `# ${reason}\n${name}: ${tag}\n`).join(''),
  );
}
