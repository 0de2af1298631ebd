import { complete, type Partly } from './partly.js';

/** The words of one area in all languages, for a server or a build. */
export interface AtOnce<W> {
  readonly english: W;
  /** Returns the words in a language; the English ones if the language has no words for this area. */
  in(language: string): W;
}

export function atOnce<W extends object>(english: W, others: Readonly<Record<string, Partly<NoInfer<W>>>>): AtOnce<W> {
  const all = new Map(Object.entries(others).map(([language, words]) => [language, complete(english, words)]));
  return { english, in: (language) => all.get(language) ?? english };
}
