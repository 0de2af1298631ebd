import { setTimeout as delay } from 'node:timers/promises';
import { PATIENCE_MS } from './patience.js';

const LOOK_EVERY_MS = 20;

/**
 * Repeats `look` until it returns a truthy value, and returns this value.
 *
 * @param timeout limit in milliseconds
 * @throws when `look` has returned no truthy value in time, with a message that names `what`; also any error of `look`
 */
export async function until<T>(
  look: () => T | Promise<T>,
  { what, timeout = PATIENCE_MS }: { readonly what: string; readonly timeout?: number },
): Promise<NonNullable<T>> {
  const over = new AbortController();
  const end = delay(timeout, null, { signal: over.signal });
  // Aborting the delay rejects it after the wait has ended, when nothing else handles the rejection.
  end.catch(() => null);
  try {
    for (const last = Date.now() + timeout; Date.now() < last;) {
      // The race ends at the time limit, because a call of `look` may never end.
      const found = await Promise.race([look(), end]);
      if (found) return found;
      await delay(LOOK_EVERY_MS);
    }
  } finally {
    over.abort();
  }
  throw new Error(`${what}: not within ${timeout} ms`);
}
