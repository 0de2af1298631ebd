import type { Notice } from '../store/rows.js';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** Days before the end of a device's certificates at which its owner is told, the last first. */
export const EXPIRY_DAYS = [1, 7, 30] as const;

/** Days after the end of certificates in which the owner is still told, if the notice could not come before. */
const DAYS_AFTER_END = 30;

/** Milliseconds for which a notice of a change is worth telling. */
const LONGEST_WAIT = 7 * DAY;

/**
 * Milliseconds from each attempt to the next one. The time after the last attempt is there for an attempt whose process ends in the middle: only then
 * is it sure that nobody else works on the notice.
 */
const PAUSES = [5 * MINUTE, 30 * MINUTE, 2 * HOUR, 12 * HOUR, 5 * MINUTE] as const;

/** Maximum number of times that a notice is passed to `onNotice`. */
export const MOST_ATTEMPTS = PAUSES.length;

/** The shortest time in milliseconds in which an attempt has to end, so that two attempts never overlap. */
export const SHORTEST_PAUSE = Math.min(...PAUSES);

/**
 * Returns the time of the next attempt.
 *
 * @param attempts number of attempts, including the one that begins now
 */
export const nextAttempt = (attempts: number, now: Date): Date =>
  new Date(now.getTime() + (PAUSES[attempts - 1] ?? SHORTEST_PAUSE));

/** A mark: the period before the end of certificates in which one notice is due, and the earlier notices that it replaces. */
export interface Mark {
  readonly days: number;
  /** Period of the ends of certificates, by the present time. */
  readonly after: Date;
  readonly until: Date;
  /** Days of the notices that this one replaces, because they come too late. */
  readonly passed: readonly number[];
}

/**
 * Returns the marks at a time. Each end of certificates is in one mark at most. If several notices of one end are due at once, after a time in which
 * no notices were told, the mark has only the last one: the others would say something that is no longer true.
 */
export const marksAt = (now: Date): readonly Mark[] =>
  EXPIRY_DAYS.map((days, index) => ({
    days,
    after: inDays(now, EXPIRY_DAYS[index - 1] ?? -DAYS_AFTER_END),
    until: inDays(now, days),
    passed: EXPIRY_DAYS.slice(index + 1),
  }));

const inDays = (now: Date, days: number): Date => new Date(now.getTime() + days * DAY);

/** True if a notice of a change has waited too long to be told as news, or if certificates ended too long ago. */
export const isTooOld = ({ createdAt, expiresAt }: Notice, now: Date): boolean =>
  now.getTime() - createdAt.getTime() > LONGEST_WAIT ||
  (expiresAt !== null && now.getTime() - expiresAt.getTime() >= DAYS_AFTER_END * DAY);
