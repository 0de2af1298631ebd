import { timestamp } from 'drizzle-orm/pg-core';

/** A column with a moment, which the database keeps with its time zone. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
