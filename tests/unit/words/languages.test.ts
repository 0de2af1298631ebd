import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { chooseLanguage, complete, languageName, plural } from '@cardwright/words';
import { words as errors } from '@cardwright/words/on-demand/errors';
import { writeLanguages } from '../../../scripts/languages.mjs';

/** A tag that no language has (ISO 639-2, local use). */
const NEW = 'qaa';
const SOURCES = path.resolve(import.meta.dirname, '../../../words/src');

describe('the list of the languages', () => {
  let sources: string;
  beforeEach(() => {
    sources = mkdtempSync(path.join(tmpdir(), 'cardwright-words-'));
    cpSync(SOURCES, sources, { recursive: true });
  });
  afterEach(() => rmSync(sources, { recursive: true }));

  const read = (file: string): string => readFileSync(path.join(sources, file), 'utf8');
  const addLanguage = (area: string): void => {
    mkdirSync(path.join(sources, NEW));
    writeFileSync(path.join(sources, NEW, `${area}.ts`), 'export const words = {};\n');
  };

  it('matches the folders: otherwise run `npm run build` and commit it', () => {
    writeLanguages(sources);
    const written = ['languages.ts', 'on-demand', 'at-once'].flatMap((name) =>
      name.endsWith('.ts') ? [name] : readdirSync(path.join(sources, name)).map((file) => `${name}/${file}`),
    );
    expect(written.length).toBeGreaterThan(10);
    for (const file of written) expect(readFileSync(path.join(SOURCES, file), 'utf8')).toBe(read(file));
    expect(readdirSync(path.join(SOURCES, 'on-demand'))).toEqual(readdirSync(path.join(sources, 'on-demand')));
  });

  it('gets a language by its folder alone, with its areas', () => {
    addLanguage('dialogs');
    writeLanguages(sources);
    expect(read('languages.ts')).toContain(`'${NEW}'`);
    expect(read('on-demand/dialogs.ts')).toContain(`${NEW}: () => import('../${NEW}/dialogs.js')`);
    expect(read('at-once/dialogs.ts')).toContain(`import { words as ${NEW} } from '../${NEW}/dialogs.js'`);
    expect(read('on-demand/errors.ts')).not.toContain(`../${NEW}/`);
  });

  it('is not written if a language has an area that English lacks', () => {
    addLanguage('dialog');
    expect(() => writeLanguages(sources)).toThrow(`words/src/${NEW} has dialog, which English has not.`);
  });
});

describe('the language of a reader', () => {
  it.each([
    [['de-CH', 'en'], 'de'],
    [['', 'DE'], 'de'],
    [[NEW, 'de'], 'de'],
    [[NEW], 'en'],
    [[], 'en'],
  ])('is chosen by the preference %j: %s', (wished, language) => {
    expect(chooseLanguage(wished)).toBe(language);
  });

  it('has its own name for itself', () => {
    expect(['en', 'de'].map(languageName)).toEqual(['English', 'Deutsch']);
    expect(languageName('fr')).toBe('Français');
  });
});

describe('words that a language lacks', () => {
  const english = { title: 'Title', steps: ['One', 'Two'], group: { yes: 'Yes', count: (n: number) => `${n} things` } };

  it('are English, sentence by sentence', () => {
    const words = complete(english, { group: { yes: 'Oui' } });
    expect(words).toEqual({ ...english, group: { ...english.group, yes: 'Oui' } });
    expect(words.group.count(2)).toBe('2 things');
  });

  it('are not mixed within a list', () => {
    expect(complete(english, { steps: ['Un', 'Deux'] }).steps).toEqual(['Un', 'Deux']);
  });

  it('are those of English if nothing is known of the language', async () => {
    expect(await errors.load('constructor')).toBe(errors.english);
    expect((await errors.load('de')).NO_READER.user).toBe('Schließen Sie einen an und versuchen Sie es erneut.');
  });

  it('do not compile if they translate nothing in English', () => {
    // @ts-expect-error English has no such sentence.
    expect(complete(english, { group: { no: 'Non' } })).toBeDefined();
    // @ts-expect-error In English it is made of nothing.
    expect(complete(english, { title: () => 'Titre' })).toBeDefined();
  });
});

it('takes the form of its language for a number', () => {
  const forms = { one: 'one', other: 'other' };
  expect([0, 1, 2].map((number) => plural('en')(number, forms))).toEqual(['other', 'one', 'other']);
  expect([0, 1, 2].map((number) => plural('fr')(number, forms))).toEqual(['one', 'one', 'other']);
  expect(plural('pl')(3, { few: 'few', other: 'other' })).toBe('few');
  expect(plural('pl')(3, forms)).toBe('other');
});
