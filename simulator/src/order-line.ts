import type { Order, Outcome } from './order.js';
import { orderNamed, ORDERS } from './orders/index.js';
import type { Simulator } from './simulator.js';

/** An order with the parameters that a user typed, not yet checked. */
export interface TypedOrder {
  readonly order: Order;
  readonly parameters: Readonly<Record<string, string | number>>;
}

const LEFT = Math.max(...ORDERS.map(({ name, usage }) => `${name} ${usage}`.length).filter((length) => length < 30));

/** All orders with their parameters, as text for users. */
export const USAGE_OF_ORDERS = ORDERS.map(
  ({ name, usage, does }) => `  ${`${name} ${usage}`.padEnd(LEFT)}  ${does}`,
).join('\n');

/**
 * Reads an order as a user types it: its name, then its parameters, in sequence or as `name=value`. Surplus words belong to the parameter before
 * them, so that a text can have spaces.
 *
 * @throws OrderError when there is no such order
 */
export function readOrder(line: string): TypedOrder {
  const [name = '', ...words] = line.trim().split(/\s+/);
  const order = orderNamed(name);
  const open = order.parameters.map((parameter) => parameter.name);
  const typed = new Map<string, string>();
  let last = '';
  for (const word of words) {
    const [, named = '', value = ''] = /^(\w+)=(.*)$/.exec(word) ?? [];
    const isNamed = open.includes(named) && !typed.has(named);
    const next = isNamed ? named : open.find((one) => !typed.has(one));
    if (next !== undefined) typed.set((last = next), isNamed ? value : word);
    else typed.set(last, `${typed.get(last) ?? ''} ${word}`.trim());
  }
  const isNumber = (parameter: string): boolean =>
    order.parameters.some((one) => one.name === parameter && one.isNumber);
  const read = [...typed].map(([one, text]): [string, string | number] => [one, isNumber(one) ? Number(text) : text]);
  return { order, parameters: Object.fromEntries(read) };
}

/** Executes an order that a user typed, after all orders that were given before. */
export function obey(simulator: Simulator, line: string): Promise<Outcome> {
  return simulator.inTurn(async () => {
    const { order, parameters } = readOrder(line);
    return order.carryOut(simulator, parameters);
  });
}
