import type { ErrorText } from '@cardwright/protocol';
import { chooseLanguage } from '@cardwright/words';
import * as v from 'valibot';
import { readPackaged } from '../packaged.js';
import { t } from './text.js';

/** The language of the page. */
export const locale = chooseLanguage([t('language')]);

/** Texts of the errors, by code. */
export type PackagedTexts = Readonly<Record<string, ErrorText & { readonly administrator: string }>>;

const words = {
  message: v.exactOptional(v.string()),
  cause: v.exactOptional(v.string()),
  user: v.exactOptional(v.string()),
};
const errorTexts = v.record(
  v.string(),
  v.object({
    message: v.string(),
    cause: v.string(),
    user: v.string(),
    administrator: v.string(),
    variants: v.exactOptional(v.record(v.string(), v.object(words))),
  }),
);

/** Texts of the languages read so far, by language. */
const read = new Map<string, Promise<PackagedTexts>>();

/**
 * Reads the texts of the error catalogue, which the package stores as data.
 *
 * @param of language of the texts. Default: the page's language.
 * @returns the texts; an object without members if the texts cannot be read. The page then shows codes in place of the texts.
 */
export function readErrorTexts(of = locale): Promise<PackagedTexts> {
  const texts =
    read.get(of) ??
    readPackaged(`errors/${of}.json`)
      .then((value) => v.parse(errorTexts, value))
      .catch((error: unknown) => {
        console.error('Cardwright: the texts of the error catalogue could not be read', error);
        return {};
      });
  read.set(of, texts);
  return texts;
}

/** Returns the message of an error, in the language of the texts. Returns the code itself if the texts do not contain it. */
export const textOfError = (code: string, texts: PackagedTexts): string => texts[code]?.message ?? code;
