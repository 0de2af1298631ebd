import { createHash } from 'node:crypto';
import { count } from '../../server/accounts/attempt-counts.js';
import { log } from '../../server/log/log.js';
import type { Database } from '../../server/store/database.js';
import { adviceFor, sentenceOf } from './sentences.js';
import type { Job } from '../../server/work/due-work.js';
import type { ReadExpiryDates } from './installation.js';

const MINUTE = 60 * 1000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** Milliseconds between two looks of one process. */
const BETWEEN = HOUR;
/** Milliseconds within which the processes of a portal that start together count as one start. */
const ONE_START = 2 * MINUTE;

/** A function that tells true to one process of the portal only, within a window of milliseconds. */
export type Claim = (what: string, window: number) => Promise<boolean>;

/** Returns the claims of the processes that share a database. The counts of tries have the windows that this needs. */
export const claimsIn =
  (db: Database): Claim =>
  async (what, window) =>
    (await count(db, what, window)).attempts === 1;

/**
 * Writes to the log what has expired and what expires soon: at the start, and once a day. If something else expires meanwhile, it is told within an
 * hour. Of several processes with one database, only one tells.
 *
 * @param claim lets one process tell
 * @param now returns the current time in milliseconds since 1970
 */
export function expiryJob(read: ReadExpiryDates, claim: Claim, now: () => number = () => Date.now()): Job {
  let next = 0;
  let isStart = true;
  return {
    doSome: async () => {
      if (now() < next) return 0;
      const lines = (await read())
        .filter(({ urgency }) => urgency !== 'later')
        .map((one) => `${sentenceOf(one)} ${adviceFor(one)}`);
      if (lines.length > 0) {
        // The lines are part of the name, so that a list with something new is told before the day is over.
        const name = `expiry-dates:${createHash('sha256').update(lines.join('\n')).digest('base64url')}`;
        const isFirstOfDay = await claim(name, DAY);
        const isFirstOfStart = isStart && (await claim(`${name}:start`, ONE_START));
        if (isFirstOfDay || isFirstOfStart) for (const line of lines) log.warn(line);
      }
      isStart = false;
      next = now() + BETWEEN;
      return 0;
    },
    failed: (problem) => `What expires could not be read (${problem}); the portal tries again.`,
  };
}
