const { lang } = document.documentElement;
/**
 * Language and region in which dates are formatted: the user's first preference in the page's language, such as `en-GB`, because London and New York
 * write a date differently. If the user has no preference in this language, just the language of the page.
 */
export const locale = navigator.languages.find((tag) => tag.toLowerCase().split('-')[0] === lang) ?? lang;

const DATE = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' });
const TIME = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat(locale, { timeStyle: 'medium' });

/** Formats the day of an ISO 8601 instant, in the page's language and the reader's time zone. */
export const formatDate = (iso: string): string => DATE.format(new Date(iso));

/** Formats the day and the time of day of an ISO 8601 instant, to the second. */
export const formatTime = (iso: string): string => TIME.format(new Date(iso));

/** Formats the time of day of an ISO 8601 instant, without the day, to the second. */
export const formatTimeOfDay = (iso: string): string => CLOCK.format(new Date(iso));
