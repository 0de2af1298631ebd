import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { inRepository } from './repository.js';

const WIDTH = 78;
const BEST_COMPRESSION = 9;

/**
 * Writes the changelog of a Debian package (Policy 4.4 and 12.7), compressed without a time. Its entry has the items of the newest section of
 * CHANGELOG.md, which all products share.
 *
 * @param epoch time of the commit, in seconds since 1970
 * @param maintainer such as `A Name <address@example.org>`
 */
export function debianChangelog(name: string, version: string, epoch: number, maintainer: string): Buffer {
  const [, newest = ''] = readFileSync(inRepository('CHANGELOG.md'), 'utf8').split(/^## .*$/m);
  const items = newest.split(/^- /m).slice(1);
  const texts = items.map(
    (item) =>
      item
        .split(/\n(?! {2}\S)/)[0]
        ?.replace(/\s+/g, ' ')
        .trim() ?? '',
  );
  const date = new Date(epoch * 1_000).toUTCString().replace('GMT', '+0000');
  return gzipSync(
    [`${name} (${version}) unstable; urgency=medium\n`, ...texts.map(wrapped), `\n -- ${maintainer}  ${date}\n`].join(
      '\n',
    ),
    { level: BEST_COMPRESSION },
  );
}

/** Breaks an item into lines, which are indented below its star. */
function wrapped(text: string): string {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < WIDTH) lines.splice(-1, 1, `${last} ${word}`);
    else lines.push(`${last === undefined ? '  *' : '   '} ${word}`);
  }
  return lines.join('\n');
}
