import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { errorCatalogue } from '@cardwright/protocol';
import { sentencesOf } from './sentences.js';
import { FOREIGN_LABELS, TERMS, type Avoided } from './terms.js';

const SOURCES = path.resolve(import.meta.dirname, '../../../words/src');
const AREAS = readdirSync(path.join(SOURCES, 'en'))
  .filter((file) => file.endsWith('.ts'))
  .map((file) => path.basename(file, '.ts'));

/** Values that make a sentence of a function: a number of one and of several, and lists. */
const VALUES: readonly (readonly unknown[])[] = [
  [1, 1],
  [2, 2],
  [['sign-in'], ['sign-in']],
];
const isValue = (text: string): boolean => VALUES.flat(2).map(String).includes(text);

interface Sentence {
  /** Area and path, as in `portal.states.active`. */
  readonly name: string;
  readonly text: string;
}

/** Lists the sentences of some words. Functions are called with values, and addresses left out. */
function said(name: string, value: unknown): Sentence[] {
  if (typeof value === 'string') return [{ name, text: value.replaceAll(/https:\S+/g, '…') }];
  if (typeof value === 'function')
    return VALUES.flatMap((values) =>
      said(
        name,
        answerOf(() => Reflect.apply(value, null, values)),
      ),
    );
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => said(`${name}.${key}`, part));
}

function answerOf(say: () => unknown): unknown {
  try {
    return say();
  } catch {
    // It takes other values.
    return null;
  }
}

async function allOf(language: string): Promise<Sentence[]> {
  const areas = await Promise.all(
    AREAS.map(async (area) => {
      const { words } = (await import(`../../../words/src/${language}/${area}.ts`)) as { words: object };
      return [...sentencesOf(words)].flatMap(([name, value]) => said(`${area}.${name}`, value));
    }),
  );
  // English messages of errors stand in the catalogue.
  const messages = Object.entries(errorCatalogue).map(([code, { message }]) => ({
    name: `errors.${code}.message`,
    text: message,
  }));
  return [...areas.flat(), ...(language === 'en' ? messages : [])];
}

/** Names of the sentences that only operators, administrators and developers read. */
const NOT_FOR_EMPLOYEES = [
  /^(administrators|operator|policies)\./,
  /^extension\.inspector_/,
  /^cms\.(trust|titles)\./,
  // Errors of the operators' pages.
  /^errors\.(DEVICE_CHANGED|PROPOSAL_OVER|LAST_ADMINISTRATOR)\./,
  // Errors of pages that developers write.
  /^errors\.(STEP_REQUIRED|TOO_MANY_SESSIONS|HOST_\w+|USER_HOST_FORBIDDEN)\.cause$/,
];

const isForEmployees = ({ name }: Sentence): boolean => !NOT_FOR_EMPLOYEES.some((one) => one.test(name));

const offences = (sentences: readonly Sentence[], avoided: readonly Avoided[]): string[] =>
  sentences.flatMap(({ name, text }) =>
    avoided
      .filter(({ word, except = [] }) => word.test(text) && !except.some((start) => name.startsWith(start)))
      .map(({ instead }) => `${name}: “${text}” (${instead})`),
  );

describe.each(Object.entries(TERMS))('the terms in %s', (language, { everywhere, employees }) => {
  it('are the same in every sentence', async () => {
    const sentences = await allOf(language);
    expect(sentences.length).toBeGreaterThan(1000);
    expect(offences(sentences, everywhere)).toEqual([]);
  });

  it('are those of employees in what employees read', async () => {
    const sentences = (await allOf(language)).filter(isForEmployees);
    expect(sentences.length).toBeGreaterThan(500);
    expect(offences(sentences, employees)).toEqual([]);
  });

  it('name a button as it is labelled', async () => {
    const sentences = await allOf(language);
    const labels = new Set([...sentences.map(({ text }) => text), ...(FOREIGN_LABELS[language] ?? [])]);
    const quoted = sentences
      .filter(isForEmployees)
      .flatMap(({ name, text }) => [...text.matchAll(/[“„]([^”“„]+)[”“]/g)].map(([, label = '']) => ({ name, label })))
      .filter(({ label }) => !isValue(label));
    expect(quoted.length).toBeGreaterThan(10);
    expect(quoted.filter(({ label }) => !labels.has(label))).toEqual([]);
  });
});

it('a sentence with a word of others is found', () => {
  const [word] = TERMS.en?.employees.filter(({ instead }) => instead === 'set up') ?? [];
  const sentence = { name: 'portal.interrupted.what', text: 'The issuance is not finished.' };
  expect(offences([sentence], word ? [word] : [])).toEqual([
    'portal.interrupted.what: “The issuance is not finished.” (set up)',
  ]);
});
