import { complete, type Partly } from './partly.js';

/** The words of one area for a page. The page contains the English words, and loads the words of another language when it needs them. */
export interface OnDemand<W> {
  readonly english: W;
  /**
   * Loads the words in a language. Words that the language lacks are in English.
   *
   * @param language one of `LANGUAGES`; for any other language, the words are in English
   * @throws the error of the import, if the words cannot be loaded, for example because there is no network
   */
  load(language: string): Promise<W>;
}

type Loader<W> = () => Promise<{ readonly words: Partly<W> }>;

export const onDemand = /* @__NO_SIDE_EFFECTS__ */ <W extends object>(
  english: W,
  others: Readonly<Record<string, Loader<NoInfer<W>>>>,
): OnDemand<W> => ({
  english,
  async load(language) {
    const loader = Object.hasOwn(others, language) ? others[language] : undefined;
    return loader ? complete(english, (await loader()).words) : english;
  },
});
