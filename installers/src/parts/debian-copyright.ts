import { readFileSync } from 'node:fs';
import type { Part } from './part.js';
import { inRepository } from './repository.js';
import { partsOf, type Product } from './third-party.js';

const FORMAT = 'https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/';
/** Lines of a licence's text that say who has the copyright, and not what becomes of it. */
const HOLDER = /^\W*(?:portions )?copyright\b.*\d{4}.*$/gim;
/** Debian's name of the text that SPDX calls MIT. */
const EXPAT = 'Expat';

/**
 * Writes a product's licences in Debian's machine-readable format (copyright-format 1.0). The works of others have paths of their own there,
 * although most are inside bundles: the format knows no other way to give each its licence.
 *
 * @throws Error as `partsOf`
 */
export function debianCopyright(product: Product): string {
  const own = readFileSync(inRepository('LICENSE'), 'utf8');
  return [
    field('Format', FORMAT) +
      field('Upstream-Name', 'Cardwright') +
      field('Comment', `A path below third-party/ stands for a work of others that the package contains.`),
    paragraph('*', { licence: 'MIT', text: own }),
    ...partsOf(product).map((part) => paragraph(pathOf(part), part)),
  ].join('\n');
}

const pathOf = ({ name, version }: Part): string =>
  `third-party/${name.replaceAll(' ', '-')}${version === null ? '' : `-${version}`}/*`;

function paragraph(
  files: string,
  { licence, text, source }: Pick<Part, 'licence' | 'text'> & { source?: string },
): string {
  const holders = [...new Set(text.match(HOLDER)?.map((line) => line.trim()))];
  return (
    field('Files', files) +
    field('Copyright', holders.length === 0 ? 'See the licence' : holders.join('\n')) +
    field(
      'License',
      `${licence === 'MIT' ? EXPAT : licence.replace(/[()]/g, '').replaceAll(' OR ', ' or ')}\n${text.trim()}`,
    ) +
    (source === undefined ? '' : field('Comment', `Source: ${source}`))
  );
}

/** Writes a field whose further lines are indented, with a dot for an empty line (deb822(5)). */
const field = (name: string, value: string): string => {
  const [first = '', ...more] = value.split('\n');
  return [`${name}: ${first}`, ...more.map((line) => (line.trim() === '' ? ' .' : ` ${line.trimEnd()}`)), ''].join(
    '\n',
  );
};
