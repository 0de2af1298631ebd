import type { LintianOverride } from './debian-documents.js';

const PINNED = 'Node.js is the build of the OpenJS Foundation, byte for byte, whose checksum is pinned';

/**
 * Returns the errors of lintian about Node.js in a package that have to stay.
 *
 * @param folder absolute path of the folder with Node.js
 */
export function nodeOverrides(folder: string): readonly LintianOverride[] {
  const node = `[${folder.slice(1)}/node]`;
  return [
    [`unstripped-binary-or-object ${node}`, `${PINNED}: stripped, it would be another.`],
    [`embedded-library mbedtls ${node}`, `${PINNED}: its libraries are updated with it.`],
    [`embedded-library zlib ${node}`, `${PINNED}: its libraries are updated with it.`],
  ];
}
