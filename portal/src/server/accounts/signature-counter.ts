import { and, eq, lt, or, sql, type Column, type SQL } from 'drizzle-orm';

/**
 * Condition for a signature counter above the stored one, because otherwise the passkey may be a copy (WebAuthn Level 3, 6.1.1). A counter of 0 is
 * accepted while the stored counter is 0: an authenticator need not count.
 */
export const countAdvances = (stored: Column, signCount: number): SQL | undefined =>
  or(lt(stored, signCount), and(eq(stored, 0), sql`${signCount} = 0`));
