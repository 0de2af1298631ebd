import type { Person } from '../store/rows.js';
import type { Spending, Spent } from '../store/store.js';
import { RateLimited } from './rate-limited.js';

/**
 * Counts one use by a person.
 *
 * @param counter the store, where what fails shall be counted too; or the transaction, which undoes its uses when it fails
 * @throws RateLimited (`RATE_LIMITED`) over the limit, until the hour ends
 */
export async function spend(
  counter: { spend(personId: string, what: Spending): Promise<Spent> },
  { id }: Pick<Person, 'id'>,
  what: Spending,
  limit: number,
): Promise<void> {
  const { spent, windowEndsAt } = await counter.spend(id, what);
  if (spent > limit) throw new RateLimited(windowEndsAt.getTime() - Date.now());
}
