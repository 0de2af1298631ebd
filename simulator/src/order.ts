import { errorCatalogue, isErrorCode, isMethod, type ErrorCode, type Method } from '@cardwright/protocol';
import type { Failure } from './failure.js';
import { FAILURES } from './failures/index.js';
import { CARDS, isCardName, type CardName, type Simulator } from './simulator.js';

/** The orders of a user of the simulator, in the terminal and on its page alike. */
export type Order =
  | { readonly order: 'insert'; readonly card: CardName }
  | { readonly order: 'pull' }
  | { readonly order: 'pull-at-step'; readonly step: number }
  | { readonly order: 'fail'; readonly failure: Failure }
  | { readonly order: 'error'; readonly code: ErrorCode; readonly method: Method | undefined }
  | { readonly order: 'restore' };

export const ORDERS = `  insert [${CARDS.join(' | ')}]     put a new card into the reader
  pull                 take it out
  pull-at-step N       take it out when step N of the next issuance begins (1 to 5)
  fail NAME            stage a failure of the list
  error CODE [METHOD]  have a command, or the portal, answer with any error of the catalogue
  restore              everything is in order again
  list                 the failures that have a name
  quit`;

const STEPS = 5;

/** @throws RangeError in words for the person who typed it */
export function readOrder(line: string): Order {
  const [word = '', first, second] = line.trim().split(/\s+/);
  switch (word) {
    case 'insert':
      return { order: 'insert', card: demand(first ?? 'yubikey', isCardName, `a card: ${CARDS.join(', ')}`) };
    case 'pull':
    case 'restore':
      return { order: word };
    case 'pull-at-step': {
      const step = Number(first);
      if (!Number.isInteger(step) || step < 1 || step > STEPS)
        throw new RangeError(`expected a step from 1 to ${STEPS}`);
      return { order: word, step };
    }
    case 'fail': {
      const failure = FAILURES.find(({ name }) => name === first);
      if (!failure) throw new RangeError(`expected a failure of the list, such as ${FAILURES[0]?.name ?? ''}`);
      return { order: word, failure };
    }
    case 'error': {
      const code = demand(
        first?.toUpperCase() ?? '',
        isErrorCode,
        `a code of the catalogue: ${Object.keys(errorCatalogue).join(', ')}`,
      );
      return {
        order: word,
        code,
        method: second === undefined ? undefined : demand(second, isMethod, 'a command of the protocol'),
      };
    }
    default:
      throw new RangeError(`there is no "${word}"`);
  }
}

function demand<T extends string>(text: string, is: (text: string) => text is T, what: string): T {
  if (!is(text)) throw new RangeError(`expected ${what}`);
  return text;
}

/** Executes an order. Says in words what there is to see now. */
export async function obey(simulator: Simulator, order: Order): Promise<string> {
  switch (order.order) {
    case 'insert':
      await simulator.insert(order.card);
      return `A ${order.card} is in the reader.`;
    case 'pull':
      await simulator.pull();
      return 'There is no card in the reader.';
    case 'pull-at-step':
      await simulator.pullAtStep(order.step);
      return `The card is pulled when step ${order.step} begins. Insert a card and issue it.`;
    case 'fail':
      await simulator.fail(order.failure.name, order.failure.stage);
      return `${order.failure.title} (${order.failure.code}). ${order.failure.then}`;
    case 'error':
      await simulator.error(order.code, order.method);
      return `${order.code} is answered from now on.`;
    case 'restore':
      await simulator.restore();
      return 'Everything is in order.';
  }
}
