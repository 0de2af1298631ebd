import { TROUBLESHOOTING_GROUPS } from '@cardwright/protocol';
import * as v from 'valibot';
import { readPackaged } from '../../packaged.js';
import { locale } from '../error-text.js';

const troubleshootingWords = v.object({
  intro: v.string(),
  groups: v.object(v.entriesFromList(TROUBLESHOOTING_GROUPS, v.string())),
  cause: v.string(),
  user: v.string(),
  administrator: v.string(),
  error: v.string(),
});

/** The words of the troubleshooting page, in the page's language, without the texts of the errors. */
export const words = v.parse(troubleshootingWords, await readPackaged(`troubleshooting/${locale}.json`));
