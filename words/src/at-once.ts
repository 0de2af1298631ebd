import { complete, type Partly } from './partly.js';

/** The words of one area in all languages, for a server or a build, where all languages are loaded at once. */
export interface AtOnce<W> {
  readonly english: W;
  /** Returns the words in a language. Words that the language lacks are in English. */
  in(language: string): W;
}

export function atOnce<W extends object>(english: W, others: Readonly<Record<string, Partly<NoInfer<W>>>>): AtOnce<W> {
  const all = new Map(Object.entries(others).map(([language, words]) => [language, complete(english, words)]));
  return { english, in: (language) => all.get(language) ?? english };
}
