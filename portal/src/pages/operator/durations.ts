import { locale } from '../dates.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

const TENTHS = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });

/** Formats milliseconds for people: `340 ms`, `3.4 s`, `2 min 5 s`, `3 h 10 min`. */
export function formatDuration(milliseconds: number): string {
  if (milliseconds < SECOND) return `${Math.round(milliseconds)} ms`;
  // The time is rounded to tenths of a second before it is compared, so that 59.97 s is shown as a minute.
  if (Math.round(milliseconds / 100) * 100 < MINUTE) return `${TENTHS.format(milliseconds / SECOND)} s`;
  const seconds = Math.round(milliseconds / SECOND) * SECOND;
  if (seconds < HOUR) return `${Math.floor(seconds / MINUTE)} min ${(seconds % MINUTE) / SECOND} s`;
  const minutes = Math.round(milliseconds / MINUTE) * MINUTE;
  return `${Math.floor(minutes / HOUR)} h ${(minutes % HOUR) / MINUTE} min`;
}
