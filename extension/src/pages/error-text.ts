import {
  englishTroubleshooting,
  isErrorCode,
  wordsOfCode,
  type ErrorTranslations,
  type TroubleshootingWords,
} from '@cardwright/protocol';
import { germanErrors, germanTroubleshooting } from '@cardwright/protocol/german';
import { t } from './text.js';

const isGerman = t('language') === 'de';

/** The catalogue in the browser's language; undefined: English, in which it is written. */
export const translations: ErrorTranslations | undefined = isGerman ? germanErrors : undefined;

/** What a help page says around the catalogue. */
export const troubleshooting: TroubleshootingWords = isGerman ? germanTroubleshooting : englishTroubleshooting;

/** What happened, for a person. */
export const textOfError = (code: string): string =>
  isErrorCode(code) ? wordsOfCode(code, translations).message : code;
