import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { formatText } from '../format-text.mjs';
import { readMutants, readPromises } from './list.mjs';

const DOCUMENT = 'docs/security.md';
const BEGIN = '<!-- Mutants: written by `npm run build` -->';
const END = '<!-- End of the mutants -->';
/** Number of characters by which the table names a promise. */
const LENGTH = 90;

/** Writes into docs/security.md which mutants break each of its promises. @param {string} root the clone's folder */
export async function publishMutants(root) {
  const file = path.join(root, DOCUMENT);
  await writeFile(file, await withMutants(root, await readFile(file, 'utf8')));
}

/**
 * Returns docs/security.md with the present table.
 *
 * @param {string} root
 * @param {string} document
 * @throws {Error} if the marks of the table are missing
 */
export function withMutants(root, document) {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)];
  if (from === -1 || to < from) throw new Error(`The mutants have no place: ${BEGIN} … ${END}`);
  const { mutants, without } = readMutants(root);
  const rows = readPromises(root).map((promise) => {
    const ids = mutants.filter(({ promise: quote }) => promise.includes(quote)).map(({ id }) => `\`${id}\``);
    const reason = without.find(({ promise: quote }) => promise.includes(quote))?.reason;
    return `| ${beginningOf(promise)} | ${reason === undefined ? ids.join(', ') : `no mutant. ${reason}`} |`;
  });
  const table = ['| promise | mutants |', '| --- | --- |', ...rows].join('\n');
  return formatText(DOCUMENT, `${document.slice(0, from + BEGIN.length)}\n\n${table}\n\n${document.slice(to)}`);
}

/** @param {string} promise */
function beginningOf(promise) {
  const [sentence = ''] = promise.split(/: `|\. (?=[A-Z])/);
  return sentence.length <= LENGTH ? sentence : `${sentence.slice(0, sentence.lastIndexOf(' ', LENGTH))} …`;
}
