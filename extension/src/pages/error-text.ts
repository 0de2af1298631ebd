import type { ErrorText } from '@cardwright/protocol';
import { chooseLanguage } from '@cardwright/words';
import * as v from 'valibot';
import { readPackaged } from '../packaged.js';
import { t } from './text.js';

/** The language of the page. */
export const locale = chooseLanguage([t('language')]);

/** By code. */
export type PackagedTexts = Readonly<Record<string, ErrorText>>;

const words = {
  message: v.exactOptional(v.string()),
  cause: v.exactOptional(v.string()),
  user: v.exactOptional(v.string()),
  administrator: v.exactOptional(v.string()),
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

/** By language, once each was read. */
const read = new Map<string, Promise<PackagedTexts>>();

/**
 * The texts of the error catalogue, which the package holds as data.
 *
 * @param of the language; that of the page by default
 * @returns none where they cannot be read: then a code speaks for itself
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

/** What happened, for a person; the code itself where no text is known. */
export const textOfError = (code: string, texts: PackagedTexts): string => texts[code]?.message ?? code;
