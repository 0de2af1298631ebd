import { spend } from '@cardwright/cms/operations';
import type { LoginSession } from '../accounts/sessions.js';
import type { Sessions } from '../requests/request-guards.js';
import { spend as countUse, type PortalQuotas } from '../store/spending.js';
import type { Counted } from './table/bound.js';
import type { Route } from './table/route.js';

/** The uses that the portal itself counts, each with the quota that limits it. */
const QUOTA_OF = {
  change: 'changesPerHour',
  step: 'stepsPerHour',
  'sign-in': 'signInsPerHour',
} as const satisfies Readonly<Record<Counted | 'sign-in', keyof PortalQuotas>>;

/**
 * Counts a use of a person in this hour.
 *
 * @throws RateLimited (`RATE_LIMITED`) over the limit, until the hour ends
 */
export const requireUse = (
  { database: { db }, quotas }: Pick<Sessions, 'database' | 'quotas'>,
  person: { readonly id: string },
  what: keyof typeof QUOTA_OF,
): Promise<void> =>
  spend({ spend: (id, counted, uses) => countUse(db, id, counted, uses) }, person, what, quotas[QUOTA_OF[what]]);

/**
 * Counts a request, if its route says so (`Route.bound`).
 *
 * @throws RateLimited (`RATE_LIMITED`) over the limit, until the hour ends
 */
type UseCheck = (session: LoginSession | null) => Promise<void>;

/** Returns the check of a route. It counts before anything of the request is read, so that refused requests count too. */
export function useCheckOf(sessions: Sessions, { bound }: Route): UseCheck {
  if (typeof bound !== 'string') return () => Promise.resolve();
  return async (session) => {
    if (session) await requireUse(sessions, session.user, bound);
  };
}
