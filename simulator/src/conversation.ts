import { obey } from './order-line.js';
import type { Simulator } from './simulator.js';

/** Where the outcomes of orders are told, and what follows a failure. */
export interface Conversation {
  readonly tell: (words: string) => void;
  readonly tellFailure: (words: string) => void;
  /** Set where nobody sees a failure before the next order. The orders after it are not given then. */
  readonly stopsAtFailure: boolean;
}

/**
 * Gives orders, one after another, until the simulator is ended. Tells the outcome of each, or why it was not carried out.
 *
 * @returns true if the orders were given to the end; false if they were stopped by a failure
 */
export async function converse(
  simulator: Simulator,
  orders: Iterable<string> | AsyncIterable<string>,
  { tell, tellFailure, stopsAtFailure }: Conversation,
): Promise<boolean> {
  let number = 0;
  for await (const order of orders) {
    const [name = ''] = order.trim().split(/\s+/);
    if (name === '') continue;
    number += 1;
    try {
      tell((await obey(simulator, order)).says);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (stopsAtFailure) {
        // The parameters are left out, because they can be a PIN.
        tellFailure(`Order ${number}, ${name}, was not carried out, and none after it: ${reason}`);
        return false;
      }
      tell(reason);
    }
    if (simulator.ended.aborted) return true;
  }
  return true;
}
