import { setTimeout as delay } from 'node:timers/promises';
import { PATIENCE_MS } from './patience.js';

const LOOK_EVERY_MS = 20;

/**
 * Repeats `look` until it finds the awaited value, and returns the value.
 *
 * @param timeout in milliseconds
 * @throws when it is not there in time; the message names it
 */
export async function until<T>(
  look: () => T | Promise<T>,
  { what, timeout = PATIENCE_MS }: { readonly what: string; readonly timeout?: number },
): Promise<NonNullable<T>> {
  const over = new AbortController();
  const end = delay(timeout, null, { signal: over.signal });
  // Nobody handles this rejection after the wait has ended.
  end.catch(() => null);
  try {
    for (const last = Date.now() + timeout; Date.now() < last;) {
      // A look may never end.
      const found = await Promise.race([look(), end]);
      if (found) return found;
      await delay(LOOK_EVERY_MS);
    }
  } finally {
    over.abort();
  }
  throw new Error(`${what}: not within ${timeout} ms`);
}
