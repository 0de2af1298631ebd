import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { otherLanguages } from '../../../scripts/languages.mjs';
import { sentencesOf } from './sentences.js';

const SOURCES = path.resolve(import.meta.dirname, '../../../words/src');
const areas = readdirSync(path.join(SOURCES, 'en'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.basename(file, '.ts'));

/** Returns a language's own words of an area, without the English that completes them. */
async function wordsIn(language: string, area: string): Promise<object> {
  if (!existsSync(path.join(SOURCES, language, `${area}.ts`))) return {};
  const { words } = (await import(`../../../words/src/${language}/${area}.ts`)) as { words: object };
  return words;
}

/** True if a language claims to have every sentence. */
function isComplete(language: string): boolean {
  const file = path.join(SOURCES, language, 'language.json');
  return existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { isComplete: boolean }).isComplete;
}

const complete = otherLanguages().filter(isComplete);

it('German is complete', () => {
  expect(complete).toContain('de');
});

it.each(areas)('the README of the words lists %s', (area) => {
  expect(readFileSync(path.join(SOURCES, '..', 'README.md'), 'utf8')).toMatch(new RegExp(`^\\| \`${area}\` `, 'm'));
});

describe.each(complete)('the complete language %s', (language) => {
  it.each(areas)('lacks no sentence of %s, and has no sentence that English lacks', async (area) => {
    const english = [...sentencesOf(await wordsIn('en', area)).keys()];
    const own = [...sentencesOf(await wordsIn(language, area)).keys()];
    expect(english.length).toBeGreaterThan(0);
    expect(english.filter((name) => !own.includes(name))).toEqual([]);
    // English messages of errors stand in the catalogue itself.
    expect(own.filter((name) => !english.includes(name) && !/^[A-Z_]+(\..*)?\.message$/.test(name))).toEqual([]);
  });
});

describe.each(otherLanguages())('the language %s', (language) => {
  it.each(areas)('has the same values in the sentences of %s', async (area) => {
    const english = sentencesOf(await wordsIn('en', area));
    const values = (sentence: unknown): readonly string[] =>
      typeof sentence === 'string' ? (sentence.match(/\$\d|\{\w+\}/g) ?? []).toSorted() : [];
    for (const [name, sentence] of sentencesOf(await wordsIn(language, area)))
      expect({ name, values: values(sentence) }).toEqual({ name, values: values(english.get(name)) });
  });
});
