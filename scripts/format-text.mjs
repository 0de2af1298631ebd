import { readFileSync } from 'node:fs';
import path from 'node:path';
import { format } from 'oxfmt';

const SETTINGS = path.resolve(import.meta.dirname, '../.oxfmtrc.json');

/**
 * Formats a generated text as `npm run lint` wants it.
 *
 * @param {string} file whose ending tells the language
 * @param {string} text
 * @returns {Promise<string>}
 * @throws {Error} when the text cannot be parsed
 */
export async function formatText(file, text) {
  const { ignorePatterns: _, ...style } = JSON.parse(readFileSync(SETTINGS, 'utf8'));
  const { code, errors } = await format(file, text, style);
  const [first] = errors;
  if (first !== undefined) throw new Error(`${file}: ${first.message}`);
  return code;
}
