import { CardwrightError } from '@cardwright/protocol';
import { isServiceError } from '../pcsc/pcsc-error.js';
import type { Readers } from '../pcsc/readers.js';
import type { Place } from './identify.js';

export interface ReinsertionOptions {
  /** Milliseconds in which the user must remove and reinsert the card. */
  readonly time: number;
  readonly signal: AbortSignal;
}

/**
 * Waits until the card has left its reader and a card is in that reader again, even if the reader itself was unplugged meanwhile.
 *
 * @returns true if the card was removed and a card was inserted within `time`; false if not
 * @throws CardwrightError `CANCELLED`
 */
export async function isReinserted(readers: Readers, from: Place, options: ReinsertionOptions): Promise<boolean> {
  const { time, signal } = options;
  const until = new AbortController();
  const cancel = readers.clock.after(time, () => until.abort());
  const ended = AbortSignal.any([signal, until.signal]);
  let look = (): void => undefined;
  const unsubscribe = readers.subscribe(() => look());
  try {
    for (;;) {
      const changed = new Promise<void>((resolve) => {
        look = resolve;
        ended.addEventListener('abort', () => resolve(), { once: true });
      });
      if (signal.aborted) throw new CardwrightError('CANCELLED', {}, { cause: signal.reason });
      if (await isBack(readers, from)) return true;
      if (ended.aborted) return false;
      await changed;
    }
  } finally {
    cancel();
    unsubscribe();
  }
}

async function isBack(readers: Readers, { reader, card }: Place): Promise<boolean> {
  try {
    const state = (await readers.list()).find(({ name }) => name === reader);
    return state?.card !== undefined && state.card !== null && state.card.insertion !== card.insertion;
  } catch (error) {
    // Windows stops the smart card service when the last reader is unplugged, and starts it with the next reader.
    if (isServiceError(error)) return false;
    throw error;
  }
}
