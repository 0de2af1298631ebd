import { setTimeout as delay } from 'node:timers/promises';

const LOOK_EVERY_MS = 20;

/**
 * Looks repeatedly until the awaited value is there, and returns it.
 *
 * @param timeout in milliseconds
 * @throws when it is not there in time; the message names it
 */
export async function until<T>(
  look: () => T | Promise<T>,
  { what, timeout = 20_000 }: { readonly what: string; readonly timeout?: number },
): Promise<NonNullable<T>> {
  for (const end = Date.now() + timeout; Date.now() < end;) {
    const found = await look();
    if (found) return found;
    await delay(LOOK_EVERY_MS);
  }
  throw new Error(`${what}: not within ${timeout} ms`);
}
