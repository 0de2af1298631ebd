import { words, type SettingWords } from '@cardwright/words/en/policies';
import { words as all } from '@cardwright/words/at-once/policies';
import type { PolicyDefinition } from './policy-definitions.js';

/** The words of the templates in one language. */
export type PolicyWords = typeof words;

export const policyWordsIn = (language: string): PolicyWords => all.in(language);

/** Returns the name of a language's folder beside the ADMX file. Windows expects the language with a country, such as `de-DE`. */
export function cultureOf(language: string): string {
  const { region } = new Intl.Locale(language).maximize();
  return region === undefined ? language : `${language}-${region}`;
}

/** Finds the words of a setting, or of its part, by its path in the schema. @throws Error if there are no such words */
export function settingWords({ settings }: PolicyWords, path: readonly string[]): SettingWords {
  const name = path.join('.');
  const byPath: Readonly<Record<string, SettingWords>> = settings;
  const found = byPath[name];
  if (found === undefined) throw new Error(`${name} has no words: see words/src/en/policies.ts.`);
  return found;
}

/** Writes the explanation of one policy: its own words, the words of the object that contains it, how a named list or JSON is entered, and examples. */
export function explanation(words: PolicyWords, { path, inputs, examples }: PolicyDefinition): string {
  const own = settingWords(words, path);
  const parent = path.length > 1 ? settingWords(words, path.slice(0, -1)).description : undefined;
  const named = inputs.some((input) => input.kind === 'list' && input.named) ? words.namedList : undefined;
  const json = inputs.some(({ kind }) => kind === 'json') ? words.json : undefined;
  const shown = examples.length === 0 ? undefined : [words.example, ...examples].join('\n');
  const paragraphs = [own.description, parent, named, json, shown].filter((one) => one !== undefined);
  // The title replaces an empty explanation, because the editor shows nothing at all for a policy without an explanation.
  return paragraphs.join('\n\n') || own.title;
}
