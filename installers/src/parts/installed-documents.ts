import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inRepository } from './repository.js';

/** Place of the documents in the repository. */
const DOCUMENTS = 'docs';

/**
 * Writes documents for administrators into a folder of a package. Only links between them stay, and links to the web: another document would not be there,
 * so that its link becomes plain text. Where the text is the name of a file, it says where that is.
 *
 * @param names file names in `docs/`
 */
export function installDocuments(folder: string, names: readonly string[]): void {
  mkdirSync(folder, { recursive: true });
  for (const name of names)
    writeFileSync(path.join(folder, name), withLinksTo(names, readFileSync(inRepository(DOCUMENTS, name), 'utf8')));
}

/** Text of a link that is the name of a file or folder. */
const FILE = /^[\w./-]+(?:\.md|\/[\w-]+)$/;

/** Replaces each link to another file by its text, unless the file is one of `names`. */
export const withLinksTo = (names: readonly string[], markdown: string): string =>
  markdown.replaceAll(/\[([^\]]+)\]\(([^)\s]+)\)/g, (link, text: string, target: string) => {
    const [file = ''] = target.split('#');
    if (file === '' || names.includes(file) || /^https?:/.test(target)) return link;
    return FILE.test(text) ? `${text} of Cardwright's source` : text;
  });
