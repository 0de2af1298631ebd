import { complete, type Partly } from './partly.js';

/** The words of one area for a page, which carries English and loads another language when it needs it. */
export interface OnDemand<W> {
  readonly english: W;
  /**
   * @param language one of `LANGUAGES`; English if it has no words for this area
   * @throws if the words cannot be loaded, for example because the network is gone
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
