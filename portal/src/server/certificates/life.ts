/** The life of something that expires. */
export interface Life {
  readonly notBefore: Date;
  readonly notAfter: Date;
}

/** How near an end is: `later`, `soon` (`warnsFrom` is over), or `expired`. */
export type Urgency = 'later' | 'soon' | 'expired';

const DAY = 24 * 60 * 60 * 1000;
/** Days before the end from which a warning is given. */
const NOTICE = 60;
/** Part of a life that is left when the warning of a short life begins. The two rules meet at a life of 180 days. */
const LAST_PART = 1 / 3;

/** Returns the moment from which a warning is given: 60 days before the end, or, for a life of less than 180 days, when a third of it is left. */
export const warnsFrom = ({ notBefore, notAfter }: Life): Date =>
  new Date(notAfter.getTime() - Math.min(NOTICE * DAY, LAST_PART * (notAfter.getTime() - notBefore.getTime())));

/** Judges how near the end of a life is. */
export function urgencyOf(life: Life, now: Date): Urgency {
  if (now >= life.notAfter) return 'expired';
  return now >= warnsFrom(life) ? 'soon' : 'later';
}

/** Whole days until an end, rounded down; negative after it. */
export const daysUntil = ({ notAfter }: Pick<Life, 'notAfter'>, now: Date): number =>
  Math.floor((notAfter.getTime() - now.getTime()) / DAY);
