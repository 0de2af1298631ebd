import { timestamp } from 'drizzle-orm/pg-core';

/** Returns a column for a moment: `timestamptz` in the database, a `Date` in the code. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
