import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const SOURCES = path.join(import.meta.dirname, '..', 'words', 'src');
const ENGLISH = 'en';
const HEADER = '// Written by scripts/languages.mjs from the folders of the languages: change nothing here.';
/** The generators, by the folder in which each writes one file for each area. */
const KINDS = { 'on-demand': writeOnDemand, 'at-once': writeAtOnce };

/**
 * Writes the list of languages, and the modules that import the words of each area. A language is a folder named by its tag, for example
 * `fr`. An area is a file of the English folder. A language may lack any of them.
 *
 * @param {string} sources
 * @throws {Error} if a language has a file that is no area
 */
export function writeLanguages(sources = SOURCES) {
  const languages = otherLanguages(sources);
  const areas = areasOf(sources, ENGLISH);
  for (const language of languages) {
    const strange = areasOf(sources, language).filter((area) => !areas.includes(area));
    if (strange.length > 0) throw new Error(`words/src/${language} has ${strange.join(', ')}, which English has not.`);
  }
  const quoted = [ENGLISH, ...languages].map((language) => `'${language}'`).join(', ');
  writeChanged(
    path.join(sources, 'languages.ts'),
    `${HEADER}\n\n/** The languages that there are, as tags of RFC 5646. */\nexport const LANGUAGES: readonly string[] = [${quoted}];\n`,
  );
  for (const [kind, write] of Object.entries(KINDS)) {
    const folder = path.join(sources, kind);
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(folder)) if (!areas.includes(nameOf(file))) rmSync(path.join(folder, file));
    for (const area of areas) {
      const others = languages.filter((language) => existsSync(path.join(sources, language, `${area}.ts`)));
      writeChanged(path.join(folder, `${area}.ts`), `${HEADER}\n${write(area, others)}`);
    }
  }
}

/** The languages beside English. */
export const otherLanguages = (sources = SOURCES) =>
  readdirSync(sources, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && /^[a-z]{2,3}$/.test(entry.name) && entry.name !== ENGLISH)
    .map(({ name }) => name)
    .sort();

/**
 * @param {string} area
 * @param {string[]} others
 */
function writeOnDemand(area, others) {
  const loaders = others.map((language) => `\n  ${language}: () => import('../${language}/${area}.js'),`).join('');
  return `import { words as english } from '../${ENGLISH}/${area}.js';
import { onDemand } from '../on-demand.js';

export const words = onDemand(english, {${loaders}${loaders && '\n'}});
`;
}

/**
 * @param {string} area
 * @param {string[]} others
 */
function writeAtOnce(area, others) {
  const imports = others
    .map((language) => `import { words as ${language} } from '../${language}/${area}.js';\n`)
    .join('');
  return `import { atOnce } from '../at-once.js';
import { words as english } from '../${ENGLISH}/${area}.js';
${imports}
export const words = atOnce(english, {${others.length > 0 ? ` ${others.join(', ')} ` : ''}});
`;
}

/**
 * @param {string} sources
 * @param {string} language
 */
const areasOf = (sources, language) =>
  readdirSync(path.join(sources, language))
    .filter((file) => file.endsWith('.ts'))
    .map(nameOf)
    .sort();

/** @param {string} file */
const nameOf = (file) => path.basename(file, '.ts');

/** Writes a file only if its text changes: the compiler then skips what has not changed. */
function writeChanged(/** @type {string} */ file, /** @type {string} */ text) {
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeLanguages();
