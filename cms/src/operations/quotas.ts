import type { JudgedCard } from '../devices/judge-cards.js';
import type { Person } from '../store/rows.js';
import type { Spent, Uses } from '../store/store.js';
import { RateLimited } from './rate-limited.js';
import type { Services } from './services.js';

/**
 * Counts uses, as a store and a transaction do. A store counts the uses of failed requests too. If a transaction fails, the uses that it counted do not stay
 * counted.
 */
interface Counter<W extends string> {
  spend(personId: string, what: W, uses?: Uses): Promise<Spent>;
}

/**
 * Counts a person's uses of a quota: a single use if `uses` is left out.
 *
 * @throws RateLimited (`RATE_LIMITED`) over the limit, until the hour ends
 * @example
 * await spend(store, person, 'operation', 20);
 */
export async function spend<W extends string>(
  counter: Counter<W>,
  { id }: Pick<Person, 'id'>,
  what: W,
  limit: number,
  uses?: Uses,
): Promise<void> {
  const { spent, windowEndsAt } = await counter.spend(id, what, uses);
  // The hour is the store's. If its clock differs from this process's, only the advice `retryAfter` is off, never the count.
  if (spent > limit) throw new RateLimited(windowEndsAt.getTime() - Date.now());
}

/**
 * Counts other people's cards before a person learns what may be done with a list of cards. Each card of another person counts once an hour.
 * Over the limit the person learns nothing about a list that has any card other than their own: even which card was refused would reveal too
 * much.
 *
 * @throws RateLimited (`RATE_LIMITED`) over the limit, until the hour ends
 */
export async function countOthersCards(
  { quotas }: Pick<Services, 'quotas'>,
  counter: Counter<'others-card'>,
  person: Pick<Person, 'id'>,
  judged: readonly JudgedCard[],
): Promise<void> {
  const foreign = judged.filter(({ known }) => known.latest?.ownerId !== person.id);
  const others = foreign.flatMap(({ known }) => known.latest?.id ?? []);
  if (foreign.length > 0) await spend(counter, person, 'others-card', quotas.othersCardsPerHour, others);
}
