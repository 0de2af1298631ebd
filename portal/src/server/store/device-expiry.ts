import { and, eq, sql, type SQL } from 'drizzle-orm';
import { certificates, devices } from './schema.js';

/** Weeks until the end of certificates, by the name of the period in an operator's search. */
const WEEKS = { ended: 0, week: 1, 'two-weeks': 2, 'four-weeks': 4, 'twelve-weeks': 12 } as const;

export type Expiry = keyof typeof WEEKS;
export const EXPIRIES = Object.keys(WEEKS) as [Expiry, ...Expiry[]];

/**
 * Selects active devices of which a certificate that is neither revoked nor on hold has ended, or ends within some weeks. Devices whose certificates
 * have ended are found by `ended` alone.
 */
export function expiresWithin(expiry: Expiry): SQL | undefined {
  const weeks = WEEKS[expiry];
  const period =
    weeks === 0
      ? sql`${certificates.notAfter} <= now()`
      : sql`${certificates.notAfter} > now() AND ${certificates.notAfter} <= now() + make_interval(weeks => ${weeks})`;
  return and(
    eq(devices.state, 'active'),
    sql`EXISTS (SELECT FROM ${certificates} WHERE ${certificates.deviceId} = ${devices.id}
      AND ${certificates.revocationReason} IS NULL AND ${period})`,
  );
}
