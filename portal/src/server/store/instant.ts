import { timestamp } from 'drizzle-orm/pg-core';

/** A column for a moment, stored with its time zone. */
export const instant = (name: string) => timestamp(name, { withTimezone: true, mode: 'date' });
