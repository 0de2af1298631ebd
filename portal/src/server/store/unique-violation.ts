import * as v from 'valibot';

/** SQLSTATE `unique_violation` (PostgreSQL, appendix A). */
const UNIQUE_VIOLATION = '23505';

const violation = v.looseObject({ code: v.literal(UNIQUE_VIOLATION) });

/** True if a statement failed because another row has a value that may be there once. Drizzle has the driver's error as the cause of its own. */
export const isUniqueViolation = (error: unknown): boolean =>
  v.is(violation, error) || (error instanceof Error && isUniqueViolation(error.cause));
