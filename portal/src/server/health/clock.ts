import * as v from 'valibot';

/** Seconds by which the clock of this computer may differ from another one. CRLs and tokens have about as much tolerance. */
export const CLOCK_TOLERANCE = 60;
const SECOND = 1000;

/** How the clock of this computer stands, in seconds. */
export interface ClockFacts {
  /** By how much it is ahead of PostgreSQL's; negative if it is behind. Null for the embedded database, which has no other clock. */
  readonly ahead: number | null;
  /** By how much the last event of the audit log is ahead of it: more than 0 if the clock was ahead when that was written, or is behind now. */
  readonly lastEventAhead: number | null;
}

interface Readable {
  rows(sql: string): Promise<readonly unknown[]>;
}

const read = v.object({ now: v.pipe(v.string(), v.toDate()), last: v.nullable(v.pipe(v.string(), v.toDate())) });

// The id is in the order of writing, and has an index.
const QUERY = `SELECT to_json(clock_timestamp())#>>'{}' AS now, (SELECT to_json(at)#>>'{}' FROM audit ORDER BY id DESC LIMIT 1) AS last`;

/**
 * Compares the clock of this computer with those that it has to agree with.
 *
 * @param isServer true for PostgreSQL
 * @param now returns milliseconds since 1970
 */
export async function readClock(database: Readable, isServer: boolean, now: () => number): Promise<ClockFacts> {
  const before = now();
  const [found] = await database.rows(QUERY);
  const here = (before + now()) / 2;
  const { now: there, last } = v.parse(read, found);
  return {
    ahead: isServer ? (here - there.getTime()) / SECOND : null,
    lastEventAhead: last === null ? null : (last.getTime() - here) / SECOND,
  };
}

/** Returns what is wrong with the clock, in a sentence without its end; null if nothing is. */
export function clockFault({ ahead, lastEventAhead }: ClockFacts): string | null {
  if (ahead !== null && Math.abs(ahead) > CLOCK_TOLERANCE)
    return `The clock of this computer is ${told(ahead)} ${ahead > 0 ? 'ahead of' : 'behind'} that of PostgreSQL`;
  if (lastEventAhead !== null && lastEventAhead > CLOCK_TOLERANCE)
    return `The last event of the audit log is ${told(lastEventAhead)} in the future, so the clock is wrong or was`;
  return null;
}

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** From here on, the next larger unit says enough. */
const ENOUGH = 2;
const told = (seconds: number): string => {
  const size = Math.abs(seconds);
  if (size < ENOUGH * MINUTE) return `${Math.round(size)} seconds`;
  return size < ENOUGH * HOUR ? `${Math.round(size / MINUTE)} minutes` : `${Math.round(size / HOUR)} hours`;
};
