import { complete, type Partly } from './partly.js';

/** The words of one area for a page. The page contains the English ones, and loads another language when it needs it. */
export interface OnDemand<W> {
  readonly english: W;
  /**
   * Loads the words in a language. Returns the English ones if the language has no words for this area.
   *
   * @param language one of `LANGUAGES`
   * @throws if the words cannot be loaded, for example because there is no network
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
