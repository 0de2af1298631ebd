import { words } from '@cardwright/words/at-once/operator';
import type { ExpiryDate } from './expiry-dates.js';

const { kinds } = words.english.expiryDates;

/** Says in English that something has expired or expires soon, for the log and for `doctor`. */
export function sentenceOf({ kind, name, notAfter, urgency }: ExpiryDate): string {
  const title = name === '' ? kinds[kind].title : `${kinds[kind].title} ${name}`;
  return `${title} ${urgency === 'expired' ? 'expired' : 'expires'} on ${notAfter.toISOString().slice(0, 10)}.`;
}

/** Says in English what to do about something that expires. */
export const adviceFor = ({ kind }: Pick<ExpiryDate, 'kind'>): string => kinds[kind].advice;
