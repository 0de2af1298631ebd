const DATE = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const TIME = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** A day of an ISO 8601 instant, in the reader's language and time zone. */
export const formatDate = (iso: string): string => DATE.format(new Date(iso));

/** The same with the time of day. */
export const formatTime = (iso: string): string => TIME.format(new Date(iso));
