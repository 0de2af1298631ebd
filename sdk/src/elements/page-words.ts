import { chooseLanguage, ENGLISH, type OnDemand } from '@cardwright/words';

/**
 * Returns the language for the elements: the page's language if there are words for it, or else the first of the browser's languages for
 * which there are words. If there are words for none of these languages, returns English.
 */
export const wishedLanguage = (): string => chooseLanguage([document.documentElement.lang, ...navigator.languages]);

/** The words of one area, in the language of `wishedLanguage`. */
export class PageWords<W> {
  readonly #loaded: Map<string, W>;
  readonly #loading = new Map<string, Promise<void>>();

  constructor(readonly area: OnDemand<W>) {
    this.#loaded = new Map([[ENGLISH, area.english]]);
  }

  /** The words in the wished language; English until `load` is done. */
  get now(): W {
    return this.#loaded.get(wishedLanguage()) ?? this.area.english;
  }

  /** Loads the words in the wished language. Returns undefined if they are already loaded. If loading fails, the words stay English. */
  load(): Promise<void> | undefined {
    const language = wishedLanguage();
    if (this.#loaded.has(language)) return undefined;
    const loading = this.#loading.get(language) ?? this.#load(language);
    this.#loading.set(language, loading);
    return loading;
  }

  async #load(language: string): Promise<void> {
    this.#loaded.set(language, await this.area.load(language).catch(() => this.area.english));
  }
}
