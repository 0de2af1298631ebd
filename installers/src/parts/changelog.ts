import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { inRepository } from './repository.js';

const WIDTH = 78;
const BEST_COMPRESSION = 9;

/** An entry of a package's changelog. */
export interface ChangelogEntry {
  readonly version: string;
  /** Time of the commit, in seconds since 1970. */
  readonly epoch: number;
  /** Such as `A Name <address@example.org>`. */
  readonly maintainer: string;
}

/**
 * Writes the changelog of a Debian package (Policy 4.4 and 12.7), compressed without a time. Its entry has the items of the newest section of
 * CHANGELOG.md, which all products share.
 */
export function debianChangelog(name: string, { version, epoch, maintainer }: ChangelogEntry): Buffer {
  const date = new Date(epoch * 1_000).toUTCString().replace('GMT', '+0000');
  const items = newestItems().map((item) => wrapped(item, '  *', '   '));
  return gzipSync(
    [`${name} (${version}) unstable; urgency=medium\n`, ...items, `\n -- ${maintainer}  ${date}\n`].join('\n'),
    { level: BEST_COMPRESSION },
  );
}

/** Writes the section `%changelog` of a spec (rpm-spec(5)), with the same items. A percent sign would begin a macro, so it is doubled. */
export function rpmChangelog({ version, epoch, maintainer }: ChangelogEntry): string {
  // RFC 9110, 5.6.7, fixes the form: `Tue, 24 Nov 2026 10:20:30 GMT`.
  const [weekday = '', day = '', month = '', year = ''] = new Date(epoch * 1_000).toUTCString().split(' ');
  const head = `* ${weekday.replace(',', '')} ${month} ${day} ${year} ${maintainer} - ${version}-1`;
  const items = newestItems().map((item) => wrapped(item.replaceAll('%', '%%'), '-', ' '));
  return ['%changelog', head, ...items, ''].join('\n');
}

/** Returns the items of the newest section of CHANGELOG.md, each as one line. */
function newestItems(): string[] {
  const [, newest = ''] = readFileSync(inRepository('CHANGELOG.md'), 'utf8').split(/^## .*$/m);
  const items = newest.split(/^- /m).slice(1);
  return items.map(
    (item) =>
      item
        .split(/\n(?! {2}\S)/)[0]
        ?.replace(/\s+/g, ' ')
        .trim() ?? '',
  );
}

/** Breaks an item into lines, which are indented below its mark. */
function wrapped(text: string, mark: string, indent: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(`${last === undefined ? mark : indent} ${word}`);
  }
  return lines.join('\n');
}
