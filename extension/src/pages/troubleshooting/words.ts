import type { TroubleshootingWords } from '@cardwright/protocol';
import { englishTroubleshooting } from '@cardwright/protocol/english';
import { germanTroubleshooting } from '@cardwright/protocol/german';
import { locale } from '../error-text.js';

/** What the page says around the catalogue. */
export const words: TroubleshootingWords = { en: englishTroubleshooting, de: germanTroubleshooting }[locale];
